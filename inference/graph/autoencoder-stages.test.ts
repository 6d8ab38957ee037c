import path from 'node:path'
import { expect, test } from 'vitest'
import { referenceFolder } from '../../reference/group-list.ts'
import { openModel } from '../running/open-model.ts'
import { fittingStages } from '../vae/in-stages.ts'

const model = path.join(referenceFolder(), 'checkpoints', 'single_file', 'sd15-tiny.safetensors')

test('each cut runs the same layers and norms, with ever smaller maps', async () => {
  const parts = await openModel(model)
  for (const half of ['vae_encoder', 'vae_decoder'] as const) {
    const ways = parts.autoencoderStages?.[half] ?? []
    expect(ways).toHaveLength(4)
    const layers = ways.map((stages) => stages.map(({ plan }) => plan.name).join(', '))
    expect(new Set(layers).size).toBe(1)
    expect(new Set(ways.map((stages) => stages.reduce((sum, { plan }) => sum + plan.norms, 0))).size).toBe(1)
    const [side, context] = [4096, { sessions: { parts } }]
    const picture = { height: side, width: side }
    const chosen = (bytes: number) => fittingStages(context, half, picture, bytes)
    expect(chosen(Number.POSITIVE_INFINITY)).toBe(ways[0])
    expect(chosen(0)).toBeUndefined()
    const taken = Array.from({ length: 60 }, (_, i) => chosen(2 ** (40 - i / 4))).map((stages) =>
      stages === undefined ? ways.length : ways.indexOf(stages),
    )
    expect(taken).toEqual(taken.toSorted((a, b) => a - b))
    expect(taken).toEqual(expect.arrayContaining([0, 2, 3]))
  }
})

test('a norm inside a stage is looked for, one over the map that goes in is known', async () => {
  const { autoencoderStages } = await openModel(model)
  const [, joined] = autoencoderStages?.vae_decoder ?? []
  const graphs = joined?.map(({ plan, graphs: own }) => [plan.norms, plan.isFirstKnown, own.length])
  expect(graphs?.slice(0, 4)).toEqual([
    [0, false, 1],
    [2, true, 2],
    [2, true, 2],
    [2, false, 3],
  ])
})
