import { canonicalFlux, canonicalSd3 } from '../checkpoints/transformer-keys.ts'
import { countBelow, type Weight, type WeightSource } from '../graph/weights.ts'

/** A layer, and which rows of a change that was learned for several layers at once. */
export type PublishedPlace = { module: string; rows?: readonly [number, number] }

/** A multiple of the parts of every stack. */
const stackable = 2 * 3 * 7

type Publication = {
  canonical: (weights: WeightSource) => Map<string, Weight>
  /** modules by the number of their block, per kind of block */
  blocks: readonly [name: string, canonicalBlocks: string, modules: readonly string[]][]
  outer: readonly string[]
}

const streams = (...modules: string[]): string[] =>
  modules.flatMap((module) => [`img_${module}`, `txt_${module}`])
const halves = (...modules: string[]): string[] =>
  modules.flatMap((module) => [`x_block.${module}`, `context_block.${module}`])

/** Modules under the names that their publishers gave them, which kohya's and others' adapters keep. */
const publications: Readonly<Record<string, Publication>> = {
  FluxTransformer2DModel: {
    canonical: canonicalFlux,
    blocks: [
      ['double_blocks', 'transformer_blocks', streams('mod.lin', 'attn.qkv', 'attn.proj', 'mlp.0', 'mlp.2')],
      ['single_blocks', 'single_transformer_blocks', ['modulation.lin', 'linear1', 'linear2']],
    ],
    outer: [
      'img_in',
      'txt_in',
      ...['time_in', 'vector_in', 'guidance_in'].flatMap((name) => [`${name}.in_layer`, `${name}.out_layer`]),
      'final_layer.linear',
    ],
  },
  SD3Transformer2DModel: {
    canonical: canonicalSd3,
    blocks: [
      [
        'joint_blocks',
        'transformer_blocks',
        [
          ...halves('adaLN_modulation.1', 'attn.qkv', 'attn.proj', 'mlp.fc1', 'mlp.fc2'),
          'x_block.attn2.qkv',
          'x_block.attn2.proj',
        ],
      ],
    ],
    outer: [
      'x_embedder.proj',
      'context_embedder',
      ...['t_embedder', 'y_embedder'].flatMap((name) => [`${name}.mlp.0`, `${name}.mlp.2`]),
      'final_layer.linear',
    ],
  },
}

/**
 * The layers that a transformer's published module names mean, found by bringing the names themselves to canonical
 * ones: what is stacked in one published tensor is several layers here.
 */
export function publishedPlaces(type: string, weights: WeightSource): Map<string, PublishedPlace[]> {
  const places = new Map<string, PublishedPlace[]>()
  const publication = publications[type]
  if (publication === undefined) return places
  const { canonical, blocks, outer } = publication
  const modules = [...outer]
  for (const [name, ours, inner] of blocks) {
    for (let i = 0; i < countBelow(weights, `${ours}.`); i++) {
      modules.push(...inner.map((module) => `${name}.${i}.${module}`))
    }
  }
  const named = modules.map((module): [string, Weight] => [
    `${module}.weight`,
    // Its name stands where its file would, and its rows can be shared by all that are ever stacked.
    { dtype: 'F32', shape: [stackable, 1], path: module, begin: 0, end: stackable },
  ])
  for (const [name, { path }] of canonical(new Map(named))) {
    const rows = weights.get(name)?.shape[0]
    if (rows === undefined) continue
    const before = places.get(path) ?? []
    const start = before.at(-1)?.rows?.[1] ?? 0
    places.set(path, [...before, { module: name.slice(0, -'.weight'.length), rows: [start, start + rows] }])
  }
  // A layer of its own is changed as a whole.
  for (const [module, [only, ...others]] of places) {
    if (only !== undefined && others.length === 0) places.set(module, [{ module: only.module }])
  }
  return places
}
