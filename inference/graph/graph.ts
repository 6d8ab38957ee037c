import { createCore, type Core } from './core.ts'
import { layersOf, type Layers } from './layers.ts'
import { operationsOf, type Operations } from './operations.ts'
import type { NetworkOptions } from './dense-layers.ts'
import type { WeightSource } from './weights.ts'

export type { BuiltGraph, LayerUse, Value } from './core.ts'

/**
 * A small language for writing networks down: values in, values out, parameters by name.
 *
 *   const g = createGraph(weights)
 *   const x = g.input('x', 'float32', ['batch', 320])
 *   g.output('y', g.silu(g.linear(x, 'time_embedding.linear_1')), ['batch', 1280])
 *   const source = g.finish('time embedding', path)
 */
export type Graph = Core & Operations & Layers

export function createGraph(weights: WeightSource, options: NetworkOptions = {}): Graph {
  const core = createCore(weights)
  const operations = operationsOf(core)
  return { ...core, ...operations, ...layersOf(core, operations, options) }
}

/** For `unbiased`, where every layer has a bias. */
export const none = /^$/
