import { join } from 'node:path'

import { readSafetensorsHeader } from '../checkpoints/safetensors.ts'
import type { BuiltGraph, LayerUse } from '../graph/graph.ts'
import {
  partKey,
  required,
  rowsOf,
  weightsOf,
  type QuantisedWeight,
  type Weight,
  type WeightSource,
} from '../graph/weights.ts'
import { fourBitBlock, fourBitError, quantiseFourBits } from './four-bits.ts'
import { quantised } from './quantise-graph.ts'
import { readWeight } from './read-weight.ts'
import { writeTensors, type PlannedTensor } from './tensor-writer.ts'

/**
 * Layers that stay exact whatever is measured: little work, and what they round away touches everything after them.
 * First and last layers, and everything that reads the time.
 */
const sensitive =
  /^(conv_in|conv_out|time_embedding|add_embedding|time_text_embed|x_embedder|t_embedder|all_x_embedder|all_final_layer|proj_out|context_embedder|norm_out|pos_embed|patch_embed)\b|\.time_emb_proj$/

/** Below so many numbers a layer is not worth it. */
const worthwhile = 1 << 14

export type QuantisedLayer = {
  /** key in the file: the module, with the rows of a part */
  key: string
  use: LayerUse
  outputs: number
  inputs: number
  bits: 8 | 4
}

/** The layers of a graph that are to run in 8 bits, each part once. */
export function quantisableLayers(
  graph: BuiltGraph,
  weights: WeightSource,
  smallest = worthwhile,
  bits: 8 | 4 = 8,
): QuantisedLayer[] {
  const found = new Map<string, QuantisedLayer>()
  for (const use of graph.layers) {
    const key = use.module + partKey(use.rows)
    if (found.has(key) || sensitive.test(use.module)) continue
    const { shape } = required(weights, `${use.module}.weight`)
    const outputs = use.rows === undefined ? (shape[0] ?? 0) : use.rows[1] - use.rows[0]
    const inputs = shape.slice(1).reduce((product, side) => product * side, 1)
    if (outputs * inputs < smallest) continue
    // Only matrices of whole blocks go into 4 bits.
    const four = bits === 4 && use.kind === 'linear' && inputs % fourBitBlock === 0
    found.set(key, { key, use, outputs, inputs, bits: four ? 4 : 8 })
  }
  return [...found.values()]
}

type Writing = { limit: number; threads: number; onLayer?: OnLayer | undefined }

async function* quantisedBytes(
  layers: readonly QuantisedLayer[],
  weights: WeightSource,
  errors: Map<string, number>,
  { limit, threads, onLayer }: Writing,
): AsyncGenerator<Uint8Array> {
  for (const [i, layer] of layers.entries()) {
    const { key, use, bits } = layer
    if (bits === 4) {
      const whole = required(weights, `${use.module}.weight`)
      const numbers = await readWeight(
        use.rows === undefined ? whole : rowsOf(whole, use.rows[0], use.rows[1]),
      )
      const { values, scales } = quantiseFourBits(numbers)
      errors.set(key, fourBitError(numbers, values, scales))
      yield values
      yield new Uint8Array(scales.buffer)
    } else {
      const { values, scales, error } = await quantised(layer, weights, limit, threads)
      errors.set(key, error)
      yield new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
      yield new Uint8Array(scales.buffer, scales.byteOffset, scales.byteLength)
    }
    await onLayer?.(i + 1, layers.length)
  }
}

const fileName = 'weights.safetensors'

/** May throw to end the work. */
export type OnLayer = (done: number, of: number) => void | Promise<void>

/** Writes the 8-bit weights of these layers, one at a time, into `folder`; how far off each is comes back. */
export async function writeQuantised(
  folder: string,
  layers: readonly QuantisedLayer[],
  weights: WeightSource,
  writing: Writing,
): Promise<Map<string, number>> {
  const errors = new Map<string, number>()
  const planned = layers.flatMap(({ key, inputs, outputs, bits }): PlannedTensor[] => {
    const blocks = inputs / fourBitBlock
    const [values, scales] = [`${key}.values`, `${key}.scales`]
    return bits === 4
      ? [
          { name: values, dtype: 'U8', shape: [outputs, blocks, fourBitBlock / 2] },
          { name: scales, dtype: 'F32', shape: [outputs * blocks] },
        ]
      : [
          { name: values, dtype: 'I8', shape: [inputs, outputs] },
          { name: scales, dtype: 'F32', shape: [outputs] },
        ]
  })
  await writeTensors(
    join(folder, fileName),
    planned,
    { format: 'sanggar-int8', limit: String(writing.limit) },
    quantisedBytes(layers, weights, errors, writing),
  )
  return errors
}

/** tiled: a 3x3 convolution in float32 by Winograd's filtering, see tiled-network.ts */
export type Form = QuantisedWeight['form'] | 'exact' | 'tiled'

/** The same weights, carrying the 8-bit forms that `folder` holds; `formOf` decides layer by layer. */
export async function withQuantised(
  weights: WeightSource,
  layers: readonly QuantisedLayer[],
  folder: string,
  formOf: (layer: QuantisedLayer) => Form,
): Promise<Map<string, Weight>> {
  const stored = await weightsOf(await readSafetensorsHeader(join(folder, fileName)))
  const result = new Map(weights)
  for (const layer of layers) {
    const form = formOf(layer)
    if (form === 'exact' || form === 'tiled') continue
    const name = `${layer.use.module}.weight`
    const weight = required(result, name)
    const parts = new Map(weight.quantised)
    parts.set(partKey(layer.use.rows), {
      values: required(stored, `${layer.key}.values`),
      scales: required(stored, `${layer.key}.scales`),
      form,
    })
    result.set(name, { ...weight, quantised: parts })
  }
  return result
}
