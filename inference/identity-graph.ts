import { type ElementType, encodeModel } from './graph/onnx.ts'

/** The smallest ONNX model: y = Identity(x), one axis of any length. For trying out providers and feeds. */
export function identityGraph(type: ElementType): Uint8Array {
  return encodeModel({
    name: 'identity',
    opsets: { '': 17 },
    nodes: [
      { name: 'identity', type: 'Identity', domain: '', inputs: ['x'], outputs: ['y'], attributes: {} },
    ],
    initialisers: [],
    inputs: [{ name: 'x', type, shape: ['n'] }],
    outputs: [{ name: 'y', type, shape: ['n'] }],
  })
}
