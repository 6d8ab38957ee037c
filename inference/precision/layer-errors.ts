import { residualOutput } from '../graph/quantised.ts'
import type { BuiltGraph } from '../graph/graph.ts'
import { openSession } from '../session.ts'
import { calibrationFeeds } from './calibration-feeds.ts'
import type { QuantisedLayer } from './quantised-network.ts'

/** Relative L2 error of a layer's output in either 8-bit form. */
export type LayerError = { fast: number; balanced: number }

/**
 * [Note: Measuring layers] A layer in the balanced form computes what the fast form leaves out: its second pass. So one
 * call of the balanced network tells, layer by layer, how far off the fast form would be, with nothing but the 8-bit
 * weights in memory. What both forms share, the rounding of the weights, is known since they were written. The call is
 * small and on noise: outliers that only real prompts raise are not seen, which is why the thresholds leave room.
 *
 * `weightErrors`: relative L2 error of every layer's weight.
 */
export async function measureLayers(
  graph: BuiltGraph,
  layers: readonly QuantisedLayer[],
  weightErrors: ReadonlyMap<string, number>,
  threads: number,
): Promise<Map<string, LayerError>> {
  const session = await openSession(graph, { executionProvider: 'cpu', threads, stage: 'measuring' })
  try {
    const answers = await session.run(
      calibrationFeeds(graph.inputs),
      layers.filter(({ bits }) => bits === 8).map(({ key }) => residualOutput(key)),
    )
    return new Map(
      layers.map(({ key, bits }) => {
        const balanced = weightErrors.get(key) ?? Number.NaN
        // In 4 bits activations stay as they are.
        const residual = bits === 4 ? 0 : (answers[residualOutput(key)]?.data[0] ?? Number.NaN)
        return [key, { fast: Math.hypot(balanced, residual), balanced }]
      }),
    )
  } finally {
    await session.release()
  }
}
