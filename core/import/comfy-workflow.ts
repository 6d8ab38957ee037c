import { z } from 'zod'
import { parseComfyGraph } from './comfy-graph.ts'
import type { ImportedSettings } from './imported-settings.ts'

/**
 * ComfyUI's other graph (PNG text `workflow`): nodes as they lie on the canvas. It names the wires and the texts, and
 * the values of widgets only by their order; what stands in a known order is read, the rest is left.
 */
const workflowSchema = z.looseObject({
  nodes: z.array(
    z.looseObject({
      id: z.union([z.number(), z.string()]),
      type: z.string(),
      inputs: z.array(z.looseObject({ name: z.string(), link: z.number().nullish() })).nullish(),
      widgets_values: z.unknown(),
    }),
  ),
  links: z.array(z.unknown()).default([]),
})

/** Names of the widgets of ComfyUI's own nodes, in the order in which they are stored. */
const widgets: Readonly<Record<string, readonly string[]>> = {
  KSampler: ['seed', '', 'steps', 'cfg', 'sampler_name', 'scheduler', 'denoise'],
  KSamplerAdvanced: ['', 'noise_seed', '', 'steps', 'cfg', 'sampler_name', 'scheduler'],
  CLIPTextEncode: ['text'],
  CheckpointLoaderSimple: ['ckpt_name'],
  UNETLoader: ['unet_name'],
  EmptyLatentImage: ['width', 'height'],
  EmptySD3LatentImage: ['width', 'height'],
}

export function parseComfyWorkflow(json: string): ImportedSettings | undefined {
  let parsed
  try {
    parsed = workflowSchema.safeParse(JSON.parse(json))
  } catch {
    return undefined
  }
  if (!parsed.success) return undefined
  // A link is [id, from node, from output, to node, to input, type].
  const sources = new Map(
    parsed.data.links.flatMap((link) =>
      Array.isArray(link) ? [[link[0], [String(link[1]), link[2]]] as const] : [],
    ),
  )
  const graph = Object.fromEntries(
    parsed.data.nodes.map(({ id, type, inputs, widgets_values: values }) => {
      const wired = (inputs ?? []).flatMap(({ name, link }) => {
        const source = sources.get(link)
        return source === undefined ? [] : [[name, source] as const]
      })
      const told = (Array.isArray(values) ? (values as unknown[]) : []).flatMap((value, place) => {
        const name = widgets[type]?.[place] ?? ''
        return name === '' ? [] : [[name, value] as const]
      })
      return [String(id), { class_type: type, inputs: Object.fromEntries([...told, ...wired]) }]
    }),
  )
  return parseComfyGraph(JSON.stringify(graph))
}
