import { below, indivisible, renamed, rowsOf, type Weight, type WeightSource } from '../graph/weights.ts'

const openClipNames: readonly [string, string][] = [
  ['token_embedding.', 'embeddings.token_embedding.'],
  ['ln_final.', 'final_layer_norm.'],
]

const blockNames: readonly [string, string][] = [
  ['ln_1.', 'layer_norm1.'],
  ['ln_2.', 'layer_norm2.'],
  ['mlp.c_fc.', 'mlp.fc1.'],
  ['mlp.c_proj.', 'mlp.fc2.'],
  ['attn.out_proj.', 'self_attn.out_proj.'],
]

function replaced(name: string, pairs: readonly [string, string][]): string | undefined {
  const pair = pairs.find(([from]) => name.startsWith(from))
  return pair === undefined ? undefined : pair[1] + name.slice(pair[0].length)
}

/** OpenCLIP's text tower: q, k and v are stacked in one tensor, the projection is stored [width, projected]. */
function fromOpenClip(weights: WeightSource): Map<string, Weight> {
  const result = renamed(weights, (name) => {
    const block = /^transformer\.resblocks\.(\d+)\.(.*)$/.exec(name)
    if (block === null) return replaced(name, openClipNames)
    const inner = replaced(block[2] ?? '', blockNames)
    return inner === undefined ? undefined : `encoder.layers.${block[1]}.${inner}`
  })
  for (const [name, weight] of weights) {
    const stacked = /^transformer\.resblocks\.(\d+)\.attn\.in_proj_(weight|bias)$/.exec(name)
    if (stacked === null) continue
    const rows = (weight.shape[0] ?? 0) / 3
    if (!Number.isInteger(rows)) throw indivisible(weight, name, 3)
    for (const [i, part] of ['q', 'k', 'v'].entries()) {
      result.set(
        `encoder.layers.${stacked[1]}.self_attn.${part}_proj.${stacked[2]}`,
        rowsOf(weight, i * rows, (i + 1) * rows),
      )
    }
  }
  const positions = weights.get('positional_embedding')
  if (positions !== undefined) result.set('embeddings.position_embedding.weight', positions)
  // As a layer it is stored like all layers.
  const layer = weights.get('text_projection.weight')
  if (layer !== undefined) result.set('text_projection.weight', layer)
  const projection = weights.get('text_projection')
  if (projection !== undefined) {
    const [width = 0, projected = 0] = projection.shape
    result.set('text_projection.weight', { ...projection, shape: [projected, width], transposed: true })
  }
  return result
}

/** A CLIP text model under transformers' names without `text_model.`, from any of the forms it is published in. */
export function canonicalClip(weights: WeightSource): Map<string, Weight> {
  const inner = weights.has('transformer.text_model.final_layer_norm.weight')
    ? below(weights, 'transformer.')
    : weights
  if (inner.has('transformer.resblocks.0.ln_1.weight')) return fromOpenClip(inner)
  return renamed(inner, (name) => {
    // 0, 1, 2 … as old files carry it
    if (name.endsWith('position_ids')) return undefined
    return name.startsWith('text_model.') ? name.slice('text_model.'.length) : name
  })
}

/** Without its last block: SD 2.x conditions on the last block but one, and its folders leave the last one out. */
export function withoutLastLayer(weights: WeightSource, layers: number): Map<string, Weight> {
  return renamed(weights, (name) => (name.startsWith(`encoder.layers.${layers - 1}.`) ? undefined : name))
}
