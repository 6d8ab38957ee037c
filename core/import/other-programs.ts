import { z } from 'zod'
import type { ImportedSettings } from './imported-settings.ts'
import { numberOf, optional, seedOf } from './parameters-text.ts'

const record = z.record(z.string(), z.unknown())

function parseRecord(json: string): Record<string, unknown> | undefined {
  try {
    return record.safeParse(JSON.parse(json)).data
  } catch {
    return undefined
  }
}

function first(values: Record<string, unknown>, ...names: string[]): unknown {
  return names
    .map((name) => values[name])
    .find((value) => value !== undefined && value !== null && value !== '')
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  // InvokeAI wraps the model's name; older versions the prompt.
  if (Array.isArray(value)) return textOf(value[0])
  const inner = record.safeParse(value).data
  return inner === undefined ? undefined : textOf(first(inner, 'name', 'model_name', 'prompt'))
}

function settingsFrom(program: string, values: Record<string, unknown>): ImportedSettings {
  return {
    program,
    prompt: textOf(first(values, 'positive_prompt', 'prompt', 'PositivePrompt', 'c', 'full_prompt')) ?? '',
    negativePrompt:
      textOf(first(values, 'negative_prompt', 'uc', 'NegativePrompt', 'full_negative_prompt')) ?? '',
    ...optional('seed', seedOf(first(values, 'seed', 'Seed'))),
    ...optional('steps', numberOf(first(values, 'steps', 'Steps'))),
    ...optional(
      'guidanceScale',
      numberOf(first(values, 'cfg_scale', 'scale', 'guidance_scale', 'CfgScale', 'guidanceScale')),
    ),
    ...optional('scheduler', textOf(first(values, 'scheduler', 'sampler', 'Sampler', 'sampler_name'))),
    ...optional('model', textOf(first(values, 'model', 'base_model', 'ModelName', 'model_name', 'Source'))),
    ...optional('strength', numberOf(first(values, 'strength', 'denoising_strength'))),
    ...optional('width', numberOf(first(values, 'width', 'Width'))),
    ...optional('height', numberOf(first(values, 'height', 'Height'))),
  }
}

/** InvokeAI 3 and later (`invokeai_metadata`), and the older `sd-metadata`. */
export function parseInvoke(json: string): ImportedSettings | undefined {
  const values = parseRecord(json)
  if (values === undefined) return undefined
  const old = record.safeParse(values['image']).data
  return settingsFrom(
    'InvokeAI',
    old === undefined ? values : { ...values, ...old, model: values['model_weights'] },
  )
}

/** InvokeAI's `invokeai_graph` alone: the node that gathers the metadata holds what `invokeai_metadata` would. */
export function parseInvokeGraph(json: string): ImportedSettings | undefined {
  const nodes = record.safeParse(parseRecord(json)?.['nodes']).data
  const gathered = Object.values(nodes ?? {})
    .map((node) => record.safeParse(node).data)
    .find((node) => node?.['type'] === 'core_metadata')
  return gathered === undefined ? undefined : settingsFrom('InvokeAI', gathered)
}

/** Fooocus' scheme where no keyword names it (EXIF): told by names that only it uses. */
export function parseFooocusText(json: string): ImportedSettings | undefined {
  const values = parseRecord(json)
  const known = values !== undefined && ('base_model' in values || 'metadata_scheme' in values)
  return known ? settingsFrom('Fooocus', values) : undefined
}

/** What NovelAI hides in the alpha channel: the PNG's texts as one JSON, the settings a JSON text within it. */
export function parseNovelAiText(json: string): ImportedSettings | undefined {
  const values = parseRecord(json)
  const comment = values?.['Comment']
  return typeof comment === 'string'
    ? parseNovelAi(comment, {
        description: textOf(values?.['Description']),
        source: textOf(values?.['Source']),
      })
    : undefined
}

/** Fooocus' own scheme: JSON under `parameters` when `fooocus_scheme` says "fooocus". */
export function parseFooocus(json: string): ImportedSettings | undefined {
  const values = parseRecord(json)
  return values === undefined ? undefined : settingsFrom('Fooocus', values)
}

/** Stability Matrix (`parameters-json`). */
export function parseStabilityMatrix(json: string): ImportedSettings | undefined {
  const values = parseRecord(json)
  return values === undefined ? undefined : settingsFrom('Stability Matrix', values)
}

/** NovelAI: PNG `Comment` as JSON, the prompt also in `Description`, the model's name in `Source`. */
export function parseNovelAi(
  comment: string,
  { description, source }: { description?: string | undefined; source?: string | undefined },
): ImportedSettings | undefined {
  const values = parseRecord(comment)
  if (values === undefined || !('uc' in values || 'sampler' in values)) return undefined
  return settingsFrom('NovelAI', { prompt: description, model: source, ...values })
}

/** Draw Things: JSON in XMP's exif:UserComment with one-letter names. */
export function parseDrawThings(json: string): ImportedSettings | undefined {
  const values = parseRecord(json)
  if (values === undefined || typeof values['c'] !== 'string') return undefined
  const [width, height] = (textOf(values['size']) ?? '').split('x')
  return settingsFrom('Draw Things', { ...values, width, height })
}
