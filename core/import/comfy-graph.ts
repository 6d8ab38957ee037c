import { z } from 'zod'
import type { ImportedSettings } from './imported-settings.ts'
import { numberOf, optional, seedOf } from './parameters-text.ts'

/** ComfyUI's API graph (PNG text `prompt`): node id -> class and inputs; an input is a value or [node id, output]. */
const graphSchema = z.record(
  z.string(),
  z.looseObject({ class_type: z.string(), inputs: z.record(z.string(), z.unknown()) }),
)

type Graph = z.output<typeof graphSchema>
type Node = Graph[string]

/** Longest way that is followed from a sampler to a text; graphs may be cyclic when somebody made them so. */
const furthest = 32

/** The settings of the sampler that the graph ends in. Best effort: custom nodes may hide anything. */
export function parseComfyGraph(json: string): ImportedSettings | undefined {
  const graph = parse(json)
  if (graph === undefined) return undefined
  const sampler = Object.values(graph).find((node) => /^KSampler|SamplerCustom/.test(node.class_type))
  if (sampler === undefined) return undefined
  const value = (name: string, node: Node | undefined = sampler) =>
    resolveValue(graph, node?.inputs[name], name)
  const model = find(graph, sampler, (node) => 'ckpt_name' in node.inputs || 'unet_name' in node.inputs)
  const latent = nodeAt(graph, sampler.inputs['latent_image'])
  const modelName = value('ckpt_name', model) ?? value('unet_name', model)
  return {
    program: 'ComfyUI',
    prompt: textBehind(graph, sampler.inputs['positive'] ?? sampler.inputs['conditioning']),
    negativePrompt: textBehind(graph, sampler.inputs['negative']),
    ...optional('seed', seedOf(value('seed') ?? value('noise_seed'))),
    ...optional('steps', numberOf(value('steps'))),
    ...optional('guidanceScale', numberOf(value('cfg'))),
    ...optional(
      'scheduler',
      typeof value('sampler_name') === 'string' ? String(value('sampler_name')) : undefined,
    ),
    ...optional('strength', strengthOf(numberOf(value('denoise')))),
    ...optional(
      'model',
      typeof modelName === 'string' ? modelName.replace(/^.*[\\/]|\.\w+$/g, '') : undefined,
    ),
    ...optional('width', numberOf(latent?.inputs['width'])),
    ...optional('height', numberOf(latent?.inputs['height'])),
  }
}

function parse(json: string): Graph | undefined {
  try {
    const parsed = graphSchema.safeParse(JSON.parse(json))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

function nodeAt(graph: Graph, input: unknown): Node | undefined {
  return Array.isArray(input) && typeof input[0] === 'string' ? graph[input[0]] : undefined
}

/** A value, or the value of the primitive node that it is wired to. */
function resolveValue(graph: Graph, input: unknown, name: string): unknown {
  const node = nodeAt(graph, input)
  if (node === undefined) return Array.isArray(input) ? undefined : input
  return node.inputs[name] ?? node.inputs['value'] ?? node.inputs['seed']
}

function textBehind(graph: Graph, input: unknown): string {
  const start = nodeAt(graph, input)
  const node =
    start === undefined ? undefined : find(graph, start, ({ inputs }) => typeof textOf(inputs) === 'string')
  return node === undefined ? '' : (textOf(node.inputs) as string)
}

function textOf(inputs: Record<string, unknown>): unknown {
  return inputs['text'] ?? inputs['text_g'] ?? inputs['t5xxl'] ?? inputs['string'] ?? inputs['prompt']
}

/** Breadth first along the wires, from `start` itself. */
function find(graph: Graph, start: Node, wanted: (node: Node) => boolean): Node | undefined {
  let layer = [start]
  const seen = new Set(layer)
  for (let distance = 0; distance < furthest && layer.length > 0; distance++) {
    const found = layer.find((node) => wanted(node))
    if (found !== undefined) return found
    const next: Node[] = []
    for (const node of layer) {
      for (const input of Object.values(node.inputs)) {
        const behind = nodeAt(graph, input)
        if (behind !== undefined && !seen.has(behind)) {
          seen.add(behind)
          next.push(behind)
        }
      }
    }
    layer = next
  }
  return undefined
}

function strengthOf(denoise: number | undefined): number | undefined {
  return denoise === undefined || denoise >= 1 ? undefined : denoise
}
