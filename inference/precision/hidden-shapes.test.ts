import { expect, it } from 'vitest'

import { createGraph, type BuiltGraph } from '../graph/graph.ts'
import { encodeModel } from '../graph/onnx.ts'
import { runGraph } from '../graph/graph-fixture.ts'
import { openSession } from '../session.ts'
import { withHiddenShapes } from './hidden-shapes.ts'

/** x [batch, 4, width] through so many reshapes, sums and shapes that change. */
function long(rounds: number, batch: string | number = 'batch'): BuiltGraph {
  const g = createGraph(new Map())
  let x = g.input('x', 'float32', [batch, 4, 'width'])
  for (let i = 0; i < rounds; i++) {
    const halves = g.mul(g.reshape(x, [0, 2, -1]), g.float([1, 1 + i / 1e4], [2, 1]))
    x = g.add(g.reshape(halves, [0, 4, -1]), i / rounds)
  }
  g.output('y', x, [batch, 4, 'width'])
  return g.finish('long', '/nowhere')
}

const hidden = (graph: BuiltGraph): BuiltGraph => {
  const model = withHiddenShapes(graph.model)
  return { ...graph, model, bytes: encodeModel(model) }
}

it('answers the same, whatever the batch and the width', async () => {
  const graph = long(20)
  for (const [batch, width] of [
    [1, 6],
    [3, 2],
  ] as const) {
    const data = Float32Array.from({ length: batch * 4 * width }, (_, i) => Math.sin(i))
    const feeds = { x: { data, shape: [batch, 4, width] } }
    const { y } = await runGraph(hidden(graph), feeds)
    expect(y?.shape).toEqual([batch, 4, width])
    expect(y).toEqual((await runGraph(graph, feeds))['y'])
  }
})

it('opens a long graph in a fraction of the time', async () => {
  const opening = async (graph: BuiltGraph): Promise<number> => {
    const before = process.cpuUsage()
    const session = await openSession(graph, { executionProvider: 'cpu', threads: 1, stage: 'long' })
    const { user } = process.cpuUsage(before)
    await session.release()
    return user
  }
  const graph = long(600)
  await opening(long(1))
  const [plain, without] = [await opening(graph), await opening(hidden(graph))]
  expect(without / plain).toBeLessThan(0.6)
})

it('leaves a graph alone whose batch is not free', () => {
  const { model } = long(2, 1)
  expect(withHiddenShapes(model)).toBe(model)
})
