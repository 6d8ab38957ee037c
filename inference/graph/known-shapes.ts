import type { Attribute } from './onnx.ts'

/** A side of a tensor: so long, free under a name, or nothing that is known. */
export type Side = number | string | undefined
export type Shape = readonly Side[] | undefined

/** What is known of a value before there is one: its sides, and what stands in a short list of whole numbers. */
export type Known = { shape: Shape; list?: readonly Side[] | undefined }

/** Two operands, by their places, that cannot belong together. */
export type Misfit = { between: readonly [number, number] }

type Attributes = Readonly<Record<string, Attribute | undefined>>
type Rule = (inputs: readonly (Known | undefined)[], attributes: Attributes) => Known | Misfit

const unknown: Known = { shape: undefined }
const misfit = (one: number, other: number): Misfit => ({ between: [one, other] })
const isMisfit = (found: Known | Misfit | readonly Known[]): found is Misfit => 'between' in found

/** One side of two tensors that lie over each other; undefined for two that cannot. */
function laid(one: Side, other: Side): { side: Side } | undefined {
  if (one === other) return { side: one }
  if (one === 1) return { side: other }
  if (other === 1) return { side: one }
  if (typeof one === 'number' && typeof other === 'number') return undefined
  return { side: typeof one === 'number' ? one : typeof other === 'number' ? other : undefined }
}

const broadcast: Rule = (inputs) => {
  let shape: Shape = []
  for (const [place, input] of inputs.entries()) {
    const next = input?.shape
    if (next === undefined) return unknown
    const rank: number = Math.max(shape.length, next.length)
    const sides: Side[] = []
    for (let back = rank; back > 0; back--) {
      const side = laid(shape.at(-back) ?? fill(shape, back), next.at(-back) ?? fill(next, back))
      if (side === undefined) return misfit(place - 1, place)
      sides.push(side.side)
    }
    shape = sides
  }
  return { shape }
}

/** Absent sides count as one, unknown ones stay unknown. */
const fill = (shape: readonly Side[], back: number): Side => (back > shape.length ? 1 : undefined)

const sameAsFirst: Rule = ([x]) => ({ shape: x?.shape })

const number = (value: Attribute | undefined, otherwise: number): number =>
  typeof value === 'number' ? value : otherwise

/** x [..., k] times [k, n], or [n, k] where it is turned. */
function product(x: Known | undefined, weight: Known | undefined, turned: boolean): Known | Misfit {
  const [a, b] = [x?.shape, weight?.shape]
  if (a === undefined || b === undefined || b.length !== 2) return unknown
  const [inner, outer] = turned ? [b[1], b[0]] : [b[0], b[1]]
  const last = a.at(-1)
  if (typeof inner === 'number' && typeof last === 'number' && inner !== last) return misfit(0, 1)
  return { shape: [...a.slice(0, -1), outer] }
}

/** How long a side is after a window of `kernel` went over it. */
function windowed(side: Side, kernel: number, stride: number, pads: number): Side {
  if (stride === 1 && kernel === pads + 1) return side
  return typeof side === 'number' ? Math.floor((side + pads - kernel) / stride) + 1 : undefined
}

const conv: Rule = ([x, weight], { kernel_shape: kernel, strides, pads, group }) => {
  const [a, b] = [x?.shape, weight?.shape]
  if (a?.length !== 4 || b?.length !== 4) return unknown
  const inputs = typeof b[1] === 'number' ? b[1] * number(group, 1) : undefined
  if (typeof a[1] === 'number' && inputs !== undefined && a[1] !== inputs) return misfit(0, 1)
  const list = (value: Attribute | undefined): readonly number[] => (Array.isArray(value) ? value : [])
  const [window, step, edge] = [list(kernel), list(strides), list(pads)]
  const side = (axis: 0 | 1): Side =>
    windowed(a[axis + 2], window[axis] ?? 1, step[axis] ?? 1, (edge[axis] ?? 0) + (edge[axis + 2] ?? 0))
  return { shape: [a[0], b[0], side(0), side(1)] }
}

/** What is left of one list of sides when the other's were taken out, as a number where it is one. */
function quotient(all: readonly Side[], parts: readonly Side[]): Side {
  const left = [...all]
  let divisor = 1
  for (const part of parts) {
    if (part === undefined) return undefined
    if (typeof part === 'number') divisor *= part
    else {
      const place = left.indexOf(part)
      if (place < 0) return undefined
      left.splice(place, 1)
    }
  }
  let count = 1
  const names: Side[] = []
  for (const side of left) {
    if (typeof side === 'number') count *= side
    else names.push(side)
  }
  if (names.length === 0) return count / divisor
  return names.length === 1 && count === divisor ? names[0] : undefined
}

const reshape: Rule = ([x, target]) => {
  const list = target?.list
  if (list === undefined) return unknown
  const from = x?.shape
  const kept = (axis: number): boolean => list[axis] === 0
  const shape = list.map((side, axis) => (side === 0 ? from?.[axis] : side === -1 ? undefined : side))
  if (from === undefined) return { shape }
  const [all, parts] = [
    from.filter((_, axis) => !kept(axis)),
    list.filter((side) => side !== 0 && side !== -1),
  ]
  const rest = quotient(all, parts)
  const free = list.indexOf(-1)
  if (typeof rest === 'number' && (free < 0 ? rest !== 1 : !Number.isInteger(rest))) return misfit(0, 0)
  if (free >= 0) shape[free] = rest
  return { shape }
}

const transpose: Rule = ([x], { perm }) => {
  const order = Array.isArray(perm) ? (perm as readonly number[]) : undefined
  return { shape: order === undefined ? undefined : x?.shape && order.map((axis) => x.shape?.[axis]) }
}

const concat: Rule = (inputs, { axis }) => {
  const lists = inputs.map((input) => input?.list)
  const list = lists.every((one) => one !== undefined) ? lists.flat() : undefined
  const shapes = inputs.map((input) => input?.shape)
  const [first] = shapes
  if (first === undefined || shapes.some((shape) => shape?.length !== first.length))
    return { shape: undefined, list }
  const along = number(axis, 0) < 0 ? number(axis, 0) + first.length : number(axis, 0)
  const sides: Side[] = []
  for (let i = 0; i < first.length; i++) {
    const own = shapes.map((shape) => shape?.[i])
    const numbers = own.filter((side) => typeof side === 'number')
    if (i === along) {
      sides.push(numbers.length === own.length ? numbers.reduce((sum, side) => sum + side, 0) : undefined)
      continue
    }
    const odd = own.findIndex((side) => typeof side === 'number' && side !== numbers[0])
    if (odd >= 0) return misfit(own.indexOf(numbers[0]), odd)
    sides.push(numbers[0] ?? (own.every((side) => side === own[0]) ? own[0] : undefined))
  }
  return { shape: sides, list }
}

const slice: Rule = ([x, starts, ends, axes, steps]) => {
  const shape = x?.shape
  if (shape === undefined || axes?.list === undefined) return unknown
  const sides = [...shape]
  for (const [i, axis] of axes.list.entries()) {
    if (typeof axis !== 'number') return unknown
    const place = axis < 0 ? axis + shape.length : axis
    const side = shape[place]
    const [start, end, step] = [starts?.list?.[i], ends?.list?.[i], steps === undefined ? 1 : steps.list?.[i]]
    const isKnown =
      typeof side === 'number' &&
      typeof start === 'number' &&
      typeof end === 'number' &&
      typeof step === 'number'
    const from = (at: number, whole: number): number => Math.max(0, Math.min(whole, at < 0 ? at + whole : at))
    sides[place] = isKnown ? Math.max(0, Math.ceil((from(end, side) - from(start, side)) / step)) : undefined
  }
  return { shape: sides }
}

const gather: Rule = ([data, indices], { axis }) => {
  const [a, b] = [data?.shape, indices?.shape]
  if (a === undefined || b === undefined) return unknown
  return { shape: [...a.slice(0, number(axis, 0)), ...b, ...a.slice(number(axis, 0) + 1)] }
}

const unsqueeze: Rule = ([x, axes]) => {
  const [shape, places] = [x?.shape, axes?.list]
  if (shape === undefined || places === undefined) return unknown
  const sides = [...shape]
  for (const axis of places) sides.splice(Number(axis), 0, 1)
  return { shape: sides }
}

const squeeze: Rule = ([x, axes]) => {
  const [shape, places] = [x?.shape, axes?.list]
  if (shape === undefined || places === undefined) return unknown
  return { shape: shape.filter((_, axis) => !places.includes(axis)) }
}

const attention: Rule = ([q, k, v]) => {
  const [a, b, c] = [q?.shape, k?.shape, v?.shape]
  if (a?.length !== 3) return unknown
  if (typeof a[2] === 'number' && typeof b?.[2] === 'number' && a[2] !== b[2]) return misfit(0, 1)
  return { shape: [a[0], a[1], c?.[2]] }
}

const sidesOf: Rule = ([x], { start, end }) => {
  const list = x?.shape?.slice(number(start, 0), typeof end === 'number' ? end : undefined)
  return { shape: list === undefined ? [undefined] : [list.length], list }
}

const depthToSpace: Rule = ([x], { blocksize }) => {
  const channels = x?.shape?.[1]
  const block = number(blocksize, 1)
  if (typeof channels !== 'number') return unknown
  if (channels % block ** 2 !== 0) return misfit(0, 0)
  return { shape: [x?.shape?.[0], channels / block ** 2, undefined, undefined] }
}

const resize: Rule = ([x, , , sizes]) => ({
  shape: sizes?.list ?? (x?.shape === undefined ? undefined : [x.shape[0], x.shape[1], undefined, undefined]),
})

const overlaid = 'Add Sub Mul Div Pow Min Max Equal Less GreaterOrEqual Where'
const alike =
  'Cast Neg Exp Log Sqrt Sin Cos Tanh Sigmoid Relu LeakyRelu PRelu Softmax Floor Gelu FastGelu QuickGelu Identity ' +
  'DequantizeLinear DynamicQuantizeLinear RotaryEmbedding InstanceNormalization SimplifiedLayerNormalization'
const forAll = (types: string, rule: Rule): Record<string, Rule> =>
  Object.fromEntries(types.split(' ').map((type) => [type, rule]))

const rules: Readonly<Record<string, Rule>> = {
  ...forAll(overlaid, broadcast),
  ...forAll(alike, sameAsFirst),
  Expand: ([x, sides]) => broadcast([x, { shape: sides?.list }], {}),
  FusedMatMul: ([x, weight], { transB }) => product(x, weight, transB === 1),
  MatMulIntegerToFloat: ([x, weight]) => product(x, weight, false),
  Conv: conv,
  Reshape: reshape,
  Transpose: transpose,
  Concat: concat,
  Slice: slice,
  Gather: gather,
  Unsqueeze: unsqueeze,
  Squeeze: squeeze,
  MultiHeadAttention: attention,
  Shape: sidesOf,
  DepthToSpace: depthToSpace,
  Resize: resize,
}

function split(
  [x, sizes]: readonly (Known | undefined)[],
  { axis }: Attributes,
  count: number,
): Known[] | Misfit {
  const [shape, list] = [x?.shape, sizes?.list]
  if (shape === undefined || list === undefined) return Array.from({ length: count }, () => unknown)
  const place = number(axis, 0) < 0 ? number(axis, 0) + shape.length : number(axis, 0)
  const whole = shape[place]
  const sum = list.reduce<number>((all, size) => all + Number(size), 0)
  if (typeof whole === 'number' && whole !== sum) return misfit(0, 0)
  return list.map((size) => ({ shape: shape.map((side, i) => (i === place ? size : side)) }))
}

/**
 * The sides of what an operator gives, as far as those of what it takes tell. A network whose layers do not fit each
 * other is found so while its graph is written, where the tensor that is at fault still has a name; ONNX Runtime finds
 * some of it when it opens the graph and the rest in the middle of a picture.
 */
export function knownAfter(
  type: string,
  inputs: readonly (Known | undefined)[],
  attributes: Attributes,
  count: number,
): readonly Known[] | Misfit {
  if (type === 'Split') return split(inputs, attributes, count)
  const found = rules[type]?.(inputs, attributes) ?? unknown
  if (isMisfit(found)) return found
  return Array.from({ length: count }, (_, i) => (i === 0 ? found : unknown))
}
