import { bytes, float, integer, joined, message, text, type Field } from './protobuf.ts'

/**
 * The part of ONNX that a built graph needs, as plain data, and its encoding.
 * Field numbers: github.com/onnx/onnx/blob/main/onnx/onnx.proto.
 */
export const elementTypes = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  bfloat16: 16,
  float8e4m3: 17,
  float8e5m2: 19,
} as const

export type ElementType = keyof typeof elementTypes

export type TensorProto = { name: string; type: ElementType; shape: readonly number[] } & (
  | { data: Uint8Array }
  /** bytes of a file, relative to the folder that the session is told */
  | { location: string; offset: number; length: number }
)

export type Attribute = number | string | readonly number[] | { float: number } | { tensor: TensorProto }

export type NodeProto = {
  name: string
  type: string
  domain: string
  inputs: readonly string[]
  outputs: readonly string[]
  attributes: Readonly<Record<string, Attribute>>
}

/** a name for every dimension that is only known at run time */
export type Dimension = number | string
export type ValueProto = { name: string; type: ElementType; shape: readonly Dimension[] }

export type ModelProto = {
  name: string
  /** domain -> version; '' is ai.onnx */
  opsets: Readonly<Record<string, number>>
  nodes: readonly NodeProto[]
  initialisers: readonly TensorProto[]
  inputs: readonly ValueProto[]
  outputs: readonly ValueProto[]
}

function entry(field: number, key: string, value: string): Field {
  return message(field, [text(1, key), text(2, value)])
}

function tensorFields(tensor: TensorProto): Field[] {
  const head = [
    ...tensor.shape.map((size) => integer(1, size)),
    integer(2, elementTypes[tensor.type]),
    text(8, tensor.name),
  ]
  if ('data' in tensor) return [...head, bytes(9, tensor.data)]
  return [
    ...head,
    entry(13, 'location', tensor.location),
    entry(13, 'offset', String(tensor.offset)),
    entry(13, 'length', String(tensor.length)),
    integer(14, 1),
  ]
}

function attributeFields(name: string, value: Attribute): Field[] {
  const head = text(1, name)
  if (typeof value === 'number') return [head, integer(3, value), integer(20, 2)]
  if (typeof value === 'string') return [head, text(4, value), integer(20, 3)]
  if ('float' in value) return [head, float(2, value.float), integer(20, 1)]
  if ('tensor' in value) return [head, message(5, tensorFields(value.tensor)), integer(20, 4)]
  return [head, ...value.map((item) => integer(8, item)), integer(20, 7)]
}

function nodeFields(node: NodeProto): Field[] {
  return [
    ...node.inputs.map((input) => text(1, input)),
    ...node.outputs.map((output) => text(2, output)),
    text(3, node.name),
    text(4, node.type),
    ...Object.entries(node.attributes).map(([name, value]) => message(5, attributeFields(name, value))),
    text(7, node.domain),
  ]
}

function valueFields({ name, type, shape }: ValueProto): Field[] {
  const dimensions = shape.map((size) =>
    message(1, [typeof size === 'number' ? integer(1, size) : text(2, size)]),
  )
  return [text(1, name), message(2, [message(1, [integer(1, elementTypes[type]), message(2, dimensions)])])]
}

/** ModelProto as bytes. IR version 10 belongs to opset 21. */
export function encodeModel(model: ModelProto): Uint8Array {
  const graph = [
    ...model.nodes.map((node) => message(1, nodeFields(node))),
    text(2, model.name),
    ...model.initialisers.map((tensor) => message(5, tensorFields(tensor))),
    ...model.inputs.map((input) => message(11, valueFields(input))),
    ...model.outputs.map((output) => message(12, valueFields(output))),
  ]
  return joined([
    integer(1, 10),
    text(2, 'sanggar'),
    message(7, graph),
    ...Object.entries(model.opsets).map(([domain, version]) =>
      message(8, [text(1, domain), integer(2, version)]),
    ),
  ])
}

/**
 * What makes further outputs of a stored model when it is put behind the model's own bytes: protobuf joins the two
 * halves of a message that comes twice, and a graph's nodes and outputs are lists. Every pair is a tensor inside the
 * graph and the output, in float32, that it becomes; `shape` has a name for every side.
 */
export function furtherOutputs(
  inner: readonly (readonly [tensor: string, output: string])[],
  shape: readonly string[],
): Uint8Array {
  const nodes = inner.map(([tensor, output]) => ({
    name: `further/${output}`,
    type: 'Cast',
    domain: '',
    inputs: [tensor],
    outputs: [output],
    attributes: { to: elementTypes.float32 },
  }))
  return message(7, [
    ...nodes.map((node) => message(1, nodeFields(node))),
    ...inner.map(([, name]) => message(12, valueFields({ name, type: 'float32', shape }))),
  ])
}
