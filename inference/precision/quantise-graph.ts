import { InferenceSession } from 'onnxruntime-node'

import { createGraph } from '../graph/graph.ts'
import { required, rowsOf, type WeightSource } from '../graph/weights.ts'
import { loadFailure } from '../session-failure.ts'
import type { QuantisedLayer } from './quantised-network.ts'

/** A weight in 8 bits, and how far it is from what it was, in lengths of it. */
export type Quantised = { values: Int8Array; scales: Float32Array; error: number }

/** Every so manieth output is looked at for the error: close enough, and costs little. */
const stride = 29

/**
 * The layer's weight in 8 bits, symmetric, by output: value = round(w / scale), scale = largest |w| / limit, transposed
 * to [inputs, outputs] as the integer kernels want it; a kernel's inputs in the order of gathered windows (rows,
 * columns, channels). ONNX Runtime does it with all threads from the bytes of the file, whatever type they have, five
 * times faster than a loop. `limit` is 127, or 63 where sums of products of bytes saturate at 16 bits (x86 without VNNI).
 */
function quantising({ use, outputs, inputs }: QuantisedLayer, weights: WeightSource, limit: number) {
  const g = createGraph(weights)
  const whole = required(weights, `${use.module}.weight`)
  const { op, reshape } = g
  const every = (x: Parameters<typeof reshape>[0]) =>
    op('Slice', [x, g.int([0]), g.int([outputs]), g.int([0]), g.int([stride])])
  const wide =
    use.rows === undefined
      ? g.widen('weight', whole)
      : whole.transposed === true
        ? g.slice(g.transpose(g.widen('weight', whole), [1, 0]), 0, use.rows[0], use.rows[1])
        : g.widen('weight', rowsOf(whole, use.rows[0], use.rows[1]))
  const upright = use.rows === undefined && whole.transposed === true ? g.transpose(wide, [1, 0]) : wide
  const [, channels = 1, rows = 1, columns = 1] = whole.shape
  const last =
    use.kind === 'conv'
      ? g.transpose(reshape(upright, [outputs, channels, rows, columns]), [0, 2, 3, 1])
      : upright
  const x = reshape(last, [outputs, inputs])
  // Two looks at the weight and no copy of it without signs.
  const extreme = (type: string) => op(type, [x, g.int([1])], { attributes: { keepdims: 0 } })
  const largest = g.max(extreme('ReduceMax'), op('Neg', [extreme('ReduceMin')]))
  const scales = g.where(g.equal(largest, 0), g.scalar(1), g.div(largest, limit))
  const zeros = g.constant('int8', [outputs], new Uint8Array(outputs))
  const values = op('QuantizeLinear', [x, scales, zeros], { attributes: { axis: 0 } })
  const some = every(x)
  const back = g.mul(g.cast(every(values), 'float32'), g.unsqueeze(every(scales), [1]))
  const length = (of: typeof x) => op('ReduceL2', [of], { attributes: { keepdims: 0 } })
  g.output('values', g.transpose(values, [1, 0]), [inputs, outputs], 'int8')
  g.output('scales', scales, [outputs])
  g.output('off', length(g.sub(back, some)), [])
  g.output('length', length(some), [])
  return g.finish(`${use.module} in 8 bits`, whole.path)
}

/** Throws what opening throws: 'model-damaged', 'out-of-memory'. */
export async function quantised(
  layer: QuantisedLayer,
  weights: WeightSource,
  limit: number,
  threads: number,
): Promise<Quantised> {
  const graph = quantising(layer, weights, limit)
  const options: InferenceSession.SessionOptions = {
    // Nothing is folded: what there is to do is done once, with all threads, and not while the graph opens.
    graphOptimizationLevel: 'disabled',
    enableCpuMemArena: false,
    enableMemPattern: false,
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    extra: {
      session: {
        intra_op: { allow_spinning: '0' },
        ...(graph.folder === undefined ? {} : { model_external_initializers_file_folder_path: graph.folder }),
      },
    },
  }
  try {
    const session = await InferenceSession.create(graph.bytes, options)
    try {
      const answer = await session.run({})
      const number = (name: string): number => Number(answer[name]?.data[0] ?? 0)
      const length = number('length')
      return {
        values: answer['values']?.data as Int8Array,
        scales: answer['scales']?.data as Float32Array,
        error: length === 0 ? 0 : number('off') / length,
      }
    } finally {
      await session.release()
    }
  } catch (cause) {
    throw loadFailure(graph.path, 'quantising', cause)
  }
}
