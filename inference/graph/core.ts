import { dirname, relative, sep } from 'node:path'

import { SanggarError } from '../../contract/errors.ts'
import { damaged } from '../checkpoints/file-bytes.ts'
import { blockFormats } from '../checkpoints/ggml-blocks.ts'
import { shapeText } from '../checkpoints/number-format.ts'
import type { GraphSource } from '../session-source.ts'
import { blocksOf } from './block-weights.ts'
import {
  encodeModel,
  type Attribute,
  type Dimension,
  type ElementType,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  type ValueProto,
} from './onnx.ts'
import { scaleInput } from './deltas.ts'
import { knownAfter, type Known, type Side } from './known-shapes.ts'
import { indivisible, required, unreadable, type Weight, type WeightSource } from './weights.ts'

/** A tensor that will exist when the graph runs. */
export type Value = { readonly id: string }

/** A layer that could run in another form: which part of which weight it multiplies with. */
export type LayerUse = {
  kind: 'linear' | 'conv'
  module: string
  rows?: readonly [number, number]
  /** a 3x3 convolution that keeps the size: what Winograd's filtering can do */
  tiled?: boolean
}

/** A finished graph, with what it takes and gives. */
export type BuiltGraph = GraphSource & {
  kind: 'bytes'
  /** in the order they run; a part that is used twice stands here twice */
  layers: readonly LayerUse[]
  inputs: readonly ValueProto[]
  outputs: readonly ValueProto[]
  /** what `bytes` says, for writing it down elsewhere; locations are relative to `folder` */
  model: ModelProto
}

export type OpOptions = {
  attributes?: Record<string, Attribute | undefined>
  /** '' is ai.onnx */
  domain?: string
  /** for profiles and for people who open the graph */
  name?: string
}

const typeOf: Readonly<Record<string, ElementType>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  F8_E4M3: 'float8e4m3',
  F8_E5M2: 'float8e5m2',
  I64: 'int64',
  I32: 'int32',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'bool',
}

function commonFolder(paths: readonly string[]): string {
  let common = dirname(paths[0] ?? sep)
  for (const path of paths) {
    while (relative(common, path).startsWith('..')) {
      const above = dirname(common)
      if (above === common) {
        throw new SanggarError({ code: 'model-unsupported', path, kind: 'checkpoint', reason: 'two drives' })
      }
      common = above
    }
  }
  return common
}

/** A tensor and the name it goes by where the file's own is not known. */
type Named = { label: string; weight: Weight }

const called = ({ label, weight }: Named): string => weight.name ?? label

/** Longer lists are no shapes. */
const longestList = 16

/** Nodes, initialisers and ports of one graph that is being written; see graph.ts for the whole language. */
export function createCore(weights: WeightSource) {
  const nodes: NodeProto[] = []
  const constants: TensorProto[] = []
  const files = new Map<string, { type: ElementType; weight: Weight }>()
  const constantIds = new Map<string, Value>()
  const widened = new Map<string, Value>()
  const inputs: ValueProto[] = []
  const outputs: ValueProto[] = []
  const layers: LayerUse[] = []
  const taken = new Map<string, number>()
  const known = new Map<string, Known>()
  /** the tensor that decides about a value's width */
  const makers = new Map<string, Named>()

  /** Two values that cannot belong together are the fault of the tensors that they come from. */
  function refuse(one: Value | undefined, other: Value | undefined): void {
    const [first, second] = [one, other].map((value) => makers.get(value?.id ?? ''))
    const found = second ?? first
    if (found === undefined) return
    const facts = { tensor: called(found), found: shapeText(found.weight.shape) }
    const beside = found === second ? first : undefined
    if (beside !== undefined && called(beside) !== facts.tensor) {
      const wanted = shapeText(beside.weight.shape)
      throw damaged(found.weight.path, 'layers-differ', { ...facts, other: called(beside), wanted })
    }
    const wanted = known.get((found === second ? one : other)?.id ?? '')?.shape ?? []
    throw damaged(found.weight.path, 'tensor-shape', { ...facts, wanted: shapeText(wanted) })
  }

  function learn(type: string, values: readonly (Value | undefined)[], results: Value[], options: OpOptions) {
    const taking = values.map((value) => known.get(value?.id ?? ''))
    const found = knownAfter(type, taking, options.attributes ?? {}, results.length)
    if ('between' in found) return refuse(values[found.between[0]], values[found.between[1]])
    const maker = values.map((value) => makers.get(value?.id ?? '')).find((named) => named !== undefined)
    for (const [i, { id }] of results.entries()) {
      known.set(id, found[i] ?? { shape: undefined })
      if (maker !== undefined) makers.set(id, maker)
    }
  }

  function unique(name: string): string {
    const count = taken.get(name) ?? 0
    taken.set(name, count + 1)
    return count === 0 ? name : `${name}#${count}`
  }

  function ops(type: string, values: readonly (Value | undefined)[], count: number, options: OpOptions = {}) {
    const name = unique(options.name ?? type)
    const results = Array.from({ length: count }, (_, i) => ({
      id: count === 1 ? `${name}:` : `${name}:${i}`,
    }))
    const given = Object.entries(options.attributes ?? {}).filter(([, value]) => value !== undefined)
    nodes.push({
      name,
      type,
      domain: options.domain ?? '',
      inputs: values.map((value) => value?.id ?? ''),
      outputs: results.map((result) => result.id),
      attributes: Object.fromEntries(given) as Record<string, Attribute>,
    })
    learn(type, values, results, options)
    return results
  }

  function op(type: string, values: readonly (Value | undefined)[], options?: OpOptions): Value {
    return ops(type, values, 1, options)[0] as Value
  }

  function constant(type: ElementType, shape: readonly number[], data: Uint8Array): Value {
    const key = `${type}[${shape.join(',')}]${Buffer.from(data).toString('base64')}`
    let value = data.length <= 256 ? constantIds.get(key) : undefined
    if (value === undefined) {
      value = { id: unique('constant') }
      constants.push({ name: value.id, type, shape, data })
      const isList = type === 'int64' && shape.length === 1 && data.length <= longestList * 8
      const list = isList ? Array.from(new BigInt64Array(data.slice().buffer), Number) : undefined
      known.set(value.id, { shape, list })
      if (data.length <= 256) constantIds.set(key, value)
    }
    return value
  }

  /** A tensor of a file under a name of its own, in the type that the file has. */
  function stored(name: string, weight: Weight): Value {
    const type = typeOf[weight.dtype]
    if (type === undefined) throw unreadable(weight)
    if (!files.has(name)) {
      files.set(name, { type, weight })
      know({ id: name }, weight.transposed === true ? weight.shape.toReversed() : weight.shape, {
        label: name,
        weight,
      })
    }
    return { id: name }
  }

  function widenedBy(name: string, weight: Weight): Value {
    const format = blockFormats[weight.dtype]
    if (format === undefined) {
      // Whole numbers stand for something else: a quantised form whose key we do not have.
      if (!/^B?F\d/.test(weight.dtype)) throw unreadable(weight)
      const value = stored(name, weight)
      if (weight.dtype === 'F32') return value
      return op('Cast', [value], { attributes: { to: 1 }, name: `${name}/widen` })
    }
    const shape = [(weight.end - weight.begin) / format.bytes, format.bytes]
    const blocks = stored(`${name}/blocks`, { ...weight, dtype: 'U8', shape })
    return fromBlocks(blocks, format, int(weight.shape))
  }

  /** A tensor of a file as float32. Widened once for all uses; ONNX Runtime folds it when the session opens. */
  function widen(name: string, weight: Weight): Value {
    if (weight.dtype === 'F32' && weight.scale === undefined) return stored(name, weight)
    let wide = widened.get(name)
    if (wide === undefined) {
      wide = widenedBy(name, weight)
      const { scale } = weight
      if (scale !== undefined) {
        const factor = widenedBy(`${name}/scale`, scale)
        const sides = [-1, ...weight.shape.slice(1).map(() => 1)]
        wide = op('Mul', [wide, op('Reshape', [factor, int(sides)])])
      }
      widened.set(name, wide)
      const { shape, transposed } = weight
      know(wide, transposed === true ? shape.toReversed() : shape, { label: name, weight })
    }
    return wide
  }

  /** The rows of a table in ggml's blocks that `ids` name, as float32; undefined where a row is no whole blocks. */
  function rowsInBlocks(name: string, weight: Weight, ids: Value): Value | undefined {
    const format = blockFormats[weight.dtype]
    const [rows = 1, width = 0] = weight.shape
    if (format === undefined || width % format.numbers !== 0) return undefined
    const shape = [rows, (weight.end - weight.begin) / rows]
    const table = stored(`${name}/table`, { ...weight, dtype: 'U8', shape })
    const found = op('Gather', [table, ids], { name: `${name}/rows` })
    const sides = op('Concat', [op('Shape', [ids]), int([width])], { attributes: { axis: 0 } })
    return fromBlocks(op('Reshape', [found, int([-1, format.bytes])]), format, sides)
  }

  /** An input; asking for the same name again gives the same one. */
  function input(name: string, type: ElementType, shape: readonly Dimension[]): Value {
    if (!inputs.some((port) => port.name === name)) inputs.push({ name, type, shape })
    known.set(name, { shape })
    taken.set(name, 1)
    return { id: name }
  }

  /** Says of a value what its operators do not tell. */
  function know({ id }: Value, shape: readonly Side[], maker: Named): void {
    known.set(id, { shape })
    makers.set(id, maker)
  }

  /**
   * Throws 'model-damaged' for a tensor of another shape; sides that may be any are undefined. `flat`: further sides of
   * one number do not matter.
   */
  function expect(name: string, wanted: readonly Side[], { flat = false } = {}): Weight {
    const weight = required(weights, name)
    const { shape, path } = weight
    const ends = flat
      ? shape.slice(wanted.length).every((side) => side === 1)
      : shape.length === wanted.length
    const fits =
      ends && wanted.every((side, i) => (typeof side === 'number' ? side === shape[i] : i < shape.length))
    if (fits) return weight
    const facts = { found: shapeText(shape), wanted: shapeText(wanted) }
    throw damaged(path, 'tensor-shape', { tensor: called({ label: name, weight }), ...facts })
  }

  /** What the graph's outputs are computed from. */
  function neededFor(results: readonly ValueProto[]): { nodes: NodeProto[]; ids: ReadonlySet<string> } {
    const ids = new Set(results.map((port) => port.name))
    const reached = nodes.toReversed().filter((node) => {
      if (!node.outputs.some((id) => ids.has(id))) return false
      for (const id of node.inputs) ids.add(id)
      return true
    })
    return { nodes: reached.toReversed(), ids }
  }

  const int = (data: readonly number[], shape: readonly number[] = [data.length]): Value =>
    constant('int64', shape, new Uint8Array(BigInt64Array.from(data, BigInt).buffer))
  const scalar = (value: number): Value =>
    constant('float32', [], new Uint8Array(Float32Array.of(value).buffer))
  /** float32 tensor written into the graph itself */
  const float = (data: readonly number[] | Float32Array, shape: readonly number[] = [data.length]): Value =>
    constant('float32', shape, new Uint8Array(Float32Array.from(data).buffer))
  const fromBlocks = blocksOf({ op, int, scalar, float, constant })

  return {
    weights,
    layers,
    ops,
    op,
    stored,
    widen,
    rowsInBlocks,

    float,
    scalar,
    int,
    constant,

    know,
    expect,
    /** sides of a value, as far as they are known */
    sidesOf: (value: Value): readonly Side[] | undefined => known.get(value.id)?.shape,
    /** the tensor that gave a value its width */
    makerOf: (value: Value): Named | undefined => makers.get(value.id),
    /** Whether the checkpoint has a tensor that others of the architecture go without; not its bias alone. */
    has(name: string): boolean {
      if (name.endsWith('.weight') && weights.has(name.replace(/weight$/, 'bias'))) required(weights, name)
      return weights.has(name)
    },
    /** Rows of a tensor in each of so many equal parts. */
    rowsIn(name: string, parts: number): number {
      const weight = required(weights, name)
      const rows = (weight.shape[0] ?? 0) / parts
      if (!Number.isInteger(rows)) throw indivisible(weight, name, parts)
      return rows
    },
    /** Columns of a tensor, which its network shares among so many. */
    columnsFor(name: string, parts: number): number {
      const weight = required(weights, name)
      const [, columns = 0] = weight.shape
      if (columns % parts !== 0) throw indivisible(weight, name, parts)
      return columns
    },
    /** How many parts of so many rows a tensor has. */
    partsIn(name: string, rows: number): number {
      const weight = required(weights, name)
      const parts = (weight.shape[0] ?? 0) / rows
      if (!Number.isInteger(parts)) throw indivisible(weight, name, parts)
      return parts
    },
    shapeOf: (name: string): readonly number[] => required(weights, name).shape,
    /** The checkpoint's tensor of that canonical name as float32, with what adapters add to it: norms and the like. */
    weight(name: string): Value {
      const weight = required(weights, name)
      let sum = widen(name, weight)
      for (const { adapter, factor, change } of weight.deltas ?? []) {
        if (change.kind !== 'full') throw new Error(`${name}: no layer, and has no rank`)
        const scale = input(scaleInput(adapter), 'float32', [])
        const strength = factor === 1 ? scale : op('Mul', [scale, scalar(factor)])
        const whole = op('Reshape', [widen(`adapter.${adapter}/${name}`, change.weight), int(weight.shape)])
        sum = op('Add', [sum, op('Mul', [whole, strength])])
      }
      return sum
    },

    input,
    output(name: string, value: Value, shape: readonly Dimension[], type: ElementType = 'float32'): void {
      nodes.push({
        name: `output/${name}`,
        type: 'Identity',
        domain: '',
        inputs: [value.id],
        outputs: [name],
        attributes: {},
      })
      outputs.push({ name, type, shape })
    },

    /** The finished graph. `path` is what failures will name. */
    finish(name: string, path: string): BuiltGraph {
      const needed = neededFor(outputs)
      const used = [...files].filter(([id]) => needed.ids.has(id))
      const folder = commonFolder(used.map(([, { weight }]) => weight.path))
      const initialisers: TensorProto[] = constants.filter((tensor) => needed.ids.has(tensor.name))
      for (const [id, { type, weight }] of used) {
        const [rows = 1, columns = 1] = weight.shape
        initialisers.push({
          name: id,
          type,
          shape: weight.transposed === true ? [columns, rows] : weight.shape,
          location: relative(folder, weight.path).split(sep).join('/'),
          offset: weight.begin,
          length: weight.end - weight.begin,
        })
      }
      const opsets = { '': 21, 'com.microsoft': 1 }
      const model = { name, opsets, nodes: needed.nodes, initialisers, inputs, outputs }
      const bytes = encodeModel(model)
      const graph = { kind: 'bytes' as const, bytes, path, layers, inputs, outputs, model }
      return used.length === 0 ? graph : { ...graph, folder }
    },
  }
}

export type Core = ReturnType<typeof createCore>
