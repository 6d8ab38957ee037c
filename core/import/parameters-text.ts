import type { FurtherPrompts } from '../../contract/further-prompts.ts'
import type { ImportedSettings } from './imported-settings.ts'

/** One `Key: value` of the last line; a value with commas is quoted as JSON (the form that A1111 and Forge write). */
const pair = /\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)/g

/**
 * The `parameters` text of AUTOMATIC1111's web UI, Forge, SD.Next, stable-diffusion.cpp, Civitai and Fooocus:
 * prompt lines, "Negative prompt: …" lines, and a last line of at least three `Key: value` pairs.
 */
export function parseParameters(text: string): ImportedSettings | undefined {
  const lines = text.trim().split('\n')
  const last = lines.at(-1) ?? ''
  const pairs = [...last.matchAll(pair)]
  const hasSettings = pairs.length >= 3
  const values = new Map<string, string>()
  if (hasSettings) {
    for (const [, key, value] of pairs) values.set((key as string).trim(), unquote(value as string))
    lines.pop()
  }
  const negativeAt = lines.findIndex((line) => line.startsWith('Negative prompt:'))
  if (!hasSettings && negativeAt < 0) return undefined
  const prompt = (negativeAt < 0 ? lines : lines.slice(0, negativeAt)).join('\n').trim()
  const negative = negativeAt < 0 ? [] : lines.slice(negativeAt)
  const size = /^(\d+)x(\d+)$/.exec(values.get('Size') ?? '')
  return {
    program: programOf(values),
    prompt,
    negativePrompt: negative.join('\n').replace('Negative prompt:', '').trim(),
    ...optional('seed', seedOf(values.get('Seed'))),
    ...optional('steps', numberOf(values.get('Steps'))),
    // Forge writes both for Flux: the distilled one is the model's own, the other the true one.
    ...optional('guidanceScale', numberOf(values.get('Distilled CFG Scale') ?? values.get('CFG scale'))),
    ...optional('clipSkip', clipSkipOf(values)),
    ...optional('guidance', guidanceOf(values)),
    ...optional('furtherPrompts', furtherIn(values)),
    ...optional('scheduler', samplerOf(values)),
    ...optional('model', values.get('Model')),
    ...optional('strength', numberOf(values.get('Denoising strength'))),
    ...optional('width', numberOf(size?.[1])),
    ...optional('height', numberOf(size?.[2])),
  }
}

function programOf(values: Map<string, string>): string {
  const version = values.get('Version') ?? ''
  if (version.startsWith('Sanggar')) return 'Sanggar'
  if (version.startsWith('Fooocus')) return 'Fooocus'
  if (version.startsWith('f')) return 'Forge'
  if (version.includes('stable-diffusion.cpp')) return 'stable-diffusion.cpp'
  return values.has('Civitai resources') ? 'Civitai' : 'A1111'
}

function clipSkipOf(values: Map<string, string>): number | undefined {
  const layers = numberOf(values.get('Clip skip'))
  return layers === undefined || layers < 2 || layers > 13 ? undefined : Math.round(layers) - 1
}

/** As SD.Next and this program write them. */
function furtherIn(values: Map<string, string>): FurtherPrompts | undefined {
  const prompts = {
    ...optional('prompt2', values.get('Prompt2')),
    ...optional('prompt3', values.get('Prompt3')),
    ...optional('negativePrompt2', values.get('Negative2')),
    ...optional('negativePrompt3', values.get('Negative3')),
  }
  return Object.keys(prompts).length === 0 ? undefined : prompts
}

function guidanceOf(values: Map<string, string>): ImportedSettings['guidance'] {
  const rescale = numberOf(values.get('CFG Rescale') ?? values.get('CFG rescale'))
  const scale = values.has('Distilled CFG Scale') ? numberOf(values.get('CFG scale')) : undefined
  const guidance = {
    ...(rescale !== undefined && rescale > 0 && rescale <= 1 ? { rescale } : {}),
    ...(scale !== undefined && scale > 1 && scale <= 20 ? { trueScale: scale } : {}),
  }
  return Object.keys(guidance).length === 0 ? undefined : guidance
}

function samplerOf(values: Map<string, string>): string | undefined {
  const sampler = values.get('Sampler')
  const schedule = values.get('Schedule type')
  if (sampler === undefined || sampler === 'Undefined') return undefined
  return schedule === undefined || schedule === 'Automatic' ? sampler : `${sampler} ${schedule}`
}

function unquote(value: string): string {
  if (!value.startsWith('"')) return value.trim()
  try {
    return String(JSON.parse(value))
  } catch {
    return value
  }
}

export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value ?? Number.NaN)
  return Number.isFinite(number) ? number : undefined
}

/** As decimal text below 2^64; other programs' -1 and fractions are no seeds. */
export function seedOf(value: unknown): string | undefined {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value
  if (typeof text !== 'string' || !/^\d{1,20}$/.test(text.trim())) return undefined
  return BigInt(text.trim()) < 2n ** 64n ? text.trim() : undefined
}

export function optional<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { [K in Key]?: Value } {
  return (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Value }
}
