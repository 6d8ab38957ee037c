import type { ModelProto, NodeProto, TensorProto } from '../graph/onnx.ts'

const atLeastOne = 'hidden/one-at-least'
const zero = 'hidden/zero'

const int64s = (name: string, values: readonly bigint[]): TensorProto => ({
  name,
  type: 'int64',
  shape: [values.length],
  data: new Uint8Array(BigInt64Array.from(values).buffer),
})

function node(name: string, type: string, inputs: readonly string[], attributes = {}): NodeProto {
  return { name, type, domain: '', inputs, outputs: [name], attributes }
}

/** What follows the 0 in a Reshape to [0, ...rest], whose 0 keeps the first side. */
function restOf(
  { type, inputs }: NodeProto,
  constants: ReadonlyMap<string, TensorProto>,
): readonly bigint[] | undefined {
  const shape = constants.get(inputs[1] ?? '')
  if (type !== 'Reshape' || shape === undefined || !('data' in shape)) return undefined
  const [head, ...rest] = new BigInt64Array(Uint8Array.from(shape.data).buffer)
  return head === 0n && rest.length > 0 ? rest : undefined
}

/**
 * The same graph, with shapes that ONNX Runtime does not know before it runs.
 *
 * When a session opens, ONNX Runtime compares every result whose shape it knows with all earlier ones that are no longer
 * needed by then, so that it may lie where one of them lay. Where heights and widths are free it hardly finds any, and
 * with 1700 nodes it takes half a second. It compares nothing whose shape it does not know, and it does not follow a
 * Reshape to a shape of which even the length is worked out; so [0, 32, -1] is put together from a 0 that is.
 */
export function withHiddenShapes(model: ModelProto): ModelProto {
  const input = model.inputs.find(({ shape }) => typeof shape[0] === 'string')
  if (input === undefined) return model
  const constants = new Map(model.initialisers.map((tensor) => [tensor.name, tensor]))
  const shapes = new Map<string, readonly bigint[]>()
  const nodes = model.nodes.map((each) => {
    const rest = restOf(each, constants)
    if (rest === undefined) return each
    const shape = `hidden/0,${rest.join(',')}`
    shapes.set(shape, rest)
    return { ...each, inputs: [each.inputs[0] ?? '', shape] }
  })
  return {
    ...model,
    nodes: [
      // Some number from 1 up: as the end of a slice of one element it changes nothing, but nobody knows that before.
      node(atLeastOne, 'Shape', [input.name], { start: 0, end: 1 }),
      node(zero, 'Slice', [`${zero}/whole`, `${zero}/whole`, atLeastOne]),
      ...[...shapes.keys()].map((shape) => node(shape, 'Concat', [zero, `${shape}/rest`], { axis: 0 })),
      ...nodes,
    ],
    initialisers: [
      ...model.initialisers,
      int64s(`${zero}/whole`, [0n]),
      ...[...shapes].map(([shape, rest]) => int64s(`${shape}/rest`, rest)),
    ],
  }
}
