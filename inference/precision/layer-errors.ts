import { errorOutput } from '../graph/quantised.ts'
import type { BuiltGraph } from '../graph/graph.ts'
import type { ValueProto } from '../graph/onnx.ts'
import { createGenerator } from '../random.ts'
import { openSession, type Feed } from '../session.ts'
import type { QuantisedLayer } from './quantised-network.ts'

/** Relative L2 error of a layer's output in either 8-bit form, on one call of the whole network. */
export type LayerError = { fast: number; balanced: number }

/** Sides that are only known at run time, for a call that is small and still has every level. */
const sides: Readonly<Record<string, number>> = {
  batch_size: 1,
  steps: 1,
  height: 32,
  width: 32,
  sequence_length: 77,
}

/** Sizes in pixels and time in steps mean something; everything else is close to unit normal. */
function feedFor({ name, shape }: ValueProto, randn: (length: number) => Float32Array): Feed {
  if (name === 'timestep') return { scalar: shape.length === 1 && shape[0] === 'steps' ? 500 : 0.5 }
  if (name.startsWith('adapter_scale.')) return { scalar: 0 }
  const sized = shape.map((side) => (typeof side === 'number' ? side : (sides[side] ?? 16)))
  if (name === 'time_ids') return { data: Float32Array.of(512, 512, 0, 0, 512, 512), shape: sized }
  return { data: randn(sized.reduce((product, side) => product * side, 1)), shape: sized }
}

/**
 * Runs a graph whose layers measure themselves (form 'measure') once, on deterministic noise. It stands in for real
 * activations: outliers that only real prompts raise are not seen, which is why the threshold leaves room.
 */
export async function measureLayers(
  graph: BuiltGraph,
  layers: readonly QuantisedLayer[],
  threads: number,
): Promise<Map<string, LayerError>> {
  const { randn } = createGenerator('0')
  const feeds = Object.fromEntries(
    graph.inputs.map((input) => [input.name, feedFor(input, (length) => randn(length))]),
  )
  const session = await openSession(graph, { executionProvider: 'cpu', threads, stage: 'measuring' })
  try {
    const answers = await session.run(feeds)
    return new Map(
      layers.map(({ key }) => {
        const error = (form: keyof LayerError): number =>
          answers[errorOutput(form, key)]?.data[0] ?? Number.NaN
        return [key, { fast: error('fast'), balanced: error('balanced') }]
      }),
    )
  } finally {
    await session.release()
  }
}
