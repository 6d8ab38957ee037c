import { realpath } from 'node:fs/promises'

import { SanggarError } from '../../contract/errors.ts'
import { blockFormats } from '../checkpoints/ggml-blocks.ts'
import { damaged } from '../checkpoints/file-bytes.ts'
import { shapeText } from '../checkpoints/number-format.ts'
import type { SafetensorsFile } from '../checkpoints/safetensors.ts'

/**
 * A tensor where it lies: some bytes of some file, seen under a shape. Nothing is read.
 * `transposed`: the file holds the 2-D tensor as [shape[1], shape[0]].
 */
export type Weight = {
  /** what the file calls it, for messages */
  name?: string
  /** as safetensors names it: F32, F16, BF16, F8_E4M3, I8 … */
  dtype: string
  shape: readonly number[]
  /** real path (ONNX Runtime refuses symbolic links that leave the folder it is told) */
  path: string
  /** absolute byte offsets, end exclusive */
  begin: number
  end: number
  transposed?: boolean
  /** a factor for all of it, or one for every row */
  scale?: Weight
  /** what adapters add to it while the graph runs */
  deltas?: readonly Delta[]
  /** 8-bit forms of it, by the part of it that a layer uses (see `partKey`) */
  quantised?: ReadonlyMap<string, QuantisedWeight>
  /** a 3x3 kernel as Winograd's filtering multiplies it, F32 [36, out, in]; see winograd.ts */
  winograd?: Weight
}

/** A layer's weight in 8 bits, symmetric, one scale for every output; or in 4, one for every 32 inputs. */
export type QuantisedWeight = {
  /**
   * I8 [inputs, outputs]; for a convolution inputs are (kernel rows, kernel columns, channels).
   * In 4 bits U8 [outputs, inputs / 32, 16], two numbers to a byte, the first one low, 8 is zero.
   */
  values: Weight
  /** F32 [outputs], in 4 bits [outputs * inputs / 32] */
  scales: Weight
  /**
   * fast: activations in 8 bits. balanced: a second pass over what the first rounded away, 16 bits in effect.
   * small: weights in 4 bits, activations exact. measure: as balanced, and what the second pass was worth as a further output.
   */
  form: 'fast' | 'balanced' | 'small' | 'measure'
}

/** Names a part of a weight: all of it, or rows [start, end). */
export function partKey(rows?: readonly [number, number]): string {
  return rows === undefined ? '' : `[${rows[0]}:${rows[1]}]`
}

/** A change to a weight, multiplied by the graph's input `adapter_scale.<adapter>` and by `factor`. */
export type Delta = {
  adapter: number
  /** alpha / rank */
  factor: number
  change:
    | { kind: 'lora'; down: Weight; up: Weight; mid?: Weight }
    /** (w1a w1b) * (w2a w2b), element by element; [a, b] or with a core tensor [a, b, t] */
    | { kind: 'loha'; first: readonly Weight[]; second: readonly Weight[] }
    /** Kronecker product; each side whole, or as factors [a, b], the second also with a core tensor [a, b, t] */
    | { kind: 'lokr'; first: readonly Weight[]; second: readonly Weight[] }
    | { kind: 'full'; weight: Weight }
  /** DoRA: the lengths that the columns or rows of the changed weight are given */
  magnitude?: Weight
  /** it only concerns rows [start, end) of the change, which was learned for a larger, fused weight */
  rows?: readonly [number, number]
}

/** Canonical (diffusers / transformers) tensor name -> where it lies. */
export type WeightSource = ReadonlyMap<string, Weight>

/** The tensors of a file (or of a sharded checkpoint) under their own names. */
export async function weightsOf(file: Pick<SafetensorsFile, 'tensors'>): Promise<Map<string, Weight>> {
  const real = new Map<string, string>()
  const weights = new Map<string, Weight>()
  for (const [name, { dtype, shape, path, begin, end }] of file.tensors) {
    let target = real.get(path)
    if (target === undefined) {
      target = await realpath(path)
      real.set(path, target)
    }
    weights.set(name, { name, dtype, shape, path: target, begin, end })
  }
  return scaled(weights)
}

/** 8-bit floats are stored with a factor beside them: ComfyUI's `scale_weight`, others' `weight_scale`. */
function scaled(weights: Map<string, Weight>): Map<string, Weight> {
  for (const [name, scale] of weights) {
    const module = /^(.*\.)?(scale_weight|weight_scale)$/.exec(name)
    if (module === null) continue
    const target = `${module[1] ?? ''}weight`
    const weight = weights.get(target)
    if (weight?.dtype.startsWith('F8') !== true) continue
    weights.set(target, { ...weight, scale })
    // What activations would be scaled by is of no use where they stay floats.
    for (const used of [name, `${module[1] ?? ''}scale_input`, `${module[1] ?? ''}input_scale`])
      weights.delete(used)
  }
  weights.delete('scaled_fp8')
  return weights
}

/** Every tensor under the name that `rename` gives it; undefined leaves it out. */
export function renamed(
  weights: WeightSource,
  rename: (name: string, weight: Weight) => string | undefined,
): Map<string, Weight> {
  const result = new Map<string, Weight>()
  for (const [name, weight] of weights) {
    const target = rename(name, weight)
    if (target !== undefined) result.set(target, weight)
  }
  return result
}

/** The tensors below `prefix`, without it. */
export function below(weights: WeightSource, prefix: string): Map<string, Weight> {
  return renamed(weights, (name) => (name.startsWith(prefix) ? name.slice(prefix.length) : undefined))
}

/** Rows [start, end) along the first axis: the same bytes, fewer of them. */
export function rowsOf(weight: Weight, start: number, end: number): Weight {
  const [rows = 1, ...rest] = weight.shape
  if (weight.transposed === true) throw new Error('rows of a transposed tensor are not contiguous')
  const stride = (weight.end - weight.begin) / rows
  if (!isBetweenBlocks(weight, start) || !isBetweenBlocks(weight, end)) throw unreadable(weight)
  const { scale } = weight
  const own = scale !== undefined && scale.shape[0] === rows && rows > 1
  const { name } = weight
  return {
    ...weight,
    ...(name === undefined ? {} : { name: name + partKey([start, end]) }),
    ...(own ? { scale: rowsOf(scale, start, end) } : {}),
    shape: [end - start, ...rest],
    begin: weight.begin + start * stride,
    end: weight.begin + end * stride,
  }
}

/** Whether whole blocks come before this row: converters write narrow matrices as if their rows were longer. */
function isBetweenBlocks({ shape, dtype }: Weight, row: number): boolean {
  const numbers = blockFormats[dtype]?.numbers ?? 1
  return (row * shape.slice(1).reduce((product, side) => product * side, 1)) % numbers === 0
}

/** What is said of numbers in a form that is not read. */
export function unreadable({ path, dtype, name = 'weights' }: Weight): SanggarError {
  return new SanggarError({
    code: 'model-unsupported',
    path,
    kind: `${name} (${dtype})`,
    reason: 'quantised-unsupported',
  })
}

/** What is said of a tensor that cannot be divided as its network does. */
export function indivisible(weight: Weight, label: string, parts: number): SanggarError {
  const { path, name = label, shape } = weight
  return damaged(path, 'parts', {
    tensor: name,
    found: shapeText(shape),
    parts: Math.round(parts * 100) / 100,
  })
}

/** The same bytes under another shape of as many elements. */
export function reshaped(weight: Weight, shape: readonly number[]): Weight {
  return { ...weight, shape }
}

/** The tensor of that name; a checkpoint without it is incomplete. */
export function required(weights: WeightSource, name: string): Weight {
  const weight = weights.get(name)
  if (weight !== undefined) return weight
  const path = weights.values().next().value?.path ?? ''
  throw damaged(path, 'tensor-missing', { tensor: name })
}

/** How many consecutive indices N >= 0 exist for which some tensor is named `prefix` + N + '.…'. */
export function countBelow(weights: WeightSource, prefix: string): number {
  const found = new Set<number>()
  for (const name of weights.keys()) {
    if (!name.startsWith(prefix)) continue
    const index = /^\d+(?=\.)/.exec(name.slice(prefix.length))
    if (index !== null) found.add(Number(index[0]))
  }
  let count = 0
  while (found.has(count)) count++
  return count
}

export function hasBelow(weights: WeightSource, prefix: string): boolean {
  for (const name of weights.keys()) if (name.startsWith(prefix)) return true
  return false
}
