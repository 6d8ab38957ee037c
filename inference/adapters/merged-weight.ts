import { createCore } from '../graph/core.ts'
import { deltasOf } from '../graph/deltas.ts'
import type { BuiltGraph } from '../graph/graph.ts'
import { operationsOf } from '../graph/operations.ts'
import { required, type WeightSource } from '../graph/weights.ts'

/**
 * A graph that computes one weight with its adapters merged in: inputs adapter_scale.i -> `weight`,
 * W + sum of scale * change. For export, and for comparing with what other programs merge.
 */
export function mergedWeightGraph(weights: WeightSource, module: string, path: string): BuiltGraph {
  const core = createCore(weights)
  const { add, mul } = operationsOf(core)
  const deltas = deltasOf(core, operationsOf(core))
  const frozen = required(weights, `${module}.weight`)
  let sum = core.widen(`${module}.weight`, frozen)
  for (const delta of frozen.deltas ?? []) {
    sum = add(sum, mul(deltas.whole(module, frozen, delta), core.input(deltas.scaleOf(delta), 'float32', [])))
  }
  core.output('weight', sum, frozen.shape)
  return core.finish('merged weight', path)
}
