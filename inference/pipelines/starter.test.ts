import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readModelFolder } from '../model-folder.ts'
import { ModelSessions } from '../model-sessions.ts'
import { createGenerator } from '../random.ts'
import { createScheduler, flowSigmas } from '../schedulers/scheduler.ts'
import type { Tensor } from '../tensor.ts'
import type { PictureRequest } from './pipeline.ts'
import { starter } from './starter.ts'

let sessions: ModelSessions
beforeAll(async () => {
  const parts = await readModelFolder(join(import.meta.dirname, '..', '..', 'models', 'starter'))
  sessions = new ModelSessions(parts, { executionProvider: 'cpu', threads: 1, policy: 'keep' })
})
afterAll(() => sessions.releaseAll())

const rowWidth = 192
const [unsaid, nothing, house, tree, boat] = [0, 17, 1, 2, 4]
const [style, ground, columns] = [0, 2, [4, 5, 6]]
const [anime, sketch, sea, snow] = [1, 5, 1, 4]

/** What the denoiser is asked for in some of its rows: the places of condition.py's first one-hot. */
async function asked(
  rows: readonly number[],
  prompt: string,
  request: Partial<PictureRequest> = {},
): Promise<number[]> {
  let answers: Tensor | undefined
  await starter.encode(
    {
      sessions,
      noise: createGenerator('1'),
      pause: () => Promise.resolve(),
      stage: () => undefined,
      note: () => undefined,
      observe: (name, { data, shape }) => {
        if (name === 'prompt_embeds') answers = { data: data.slice(), shape }
      },
    },
    { prompt, width: 256, height: 256, steps: 8, guidanceScale: 1, scheduler: {}, ...request },
  )
  expect(answers?.shape).toEqual([1, 8, rowWidth])
  return rows.map((row) => answers?.data.subarray(row * rowWidth, row * rowWidth + 18).indexOf(1) ?? -1)
}
const columnsOf = (prompt: string, request?: Partial<PictureRequest>) => asked(columns, prompt, request)

test('a thing that the starter does not know leaves its place empty', async () => {
  for (const prompt of ['an astronaut', 'two dogs playing in the snow', 'ein rotes Haus', 'watercolor', ''])
    expect(await columnsOf(prompt), prompt).toEqual([nothing, nothing, nothing])
  expect(await columnsOf('a purple giraffe, a house')).toEqual([nothing, house, nothing])
})

test('what a prompt takes back is not drawn', async () => {
  expect(await columnsOf('a house without a tree')).toEqual([nothing, house, nothing])
  expect(await columnsOf('(a house:1.2) and a tree', { promptSyntax: 'weighted' })).toEqual([
    house,
    nothing,
    tree,
  ])
})

test('a picture that is redrawn keeps open what the words do not say', async () => {
  const image = { width: 256, height: 256, channels: 3, data: new Float32Array(3 * 256 * 256) }
  expect(await columnsOf('watercolor', { image })).toEqual([unsaid, unsaid, unsaid])
  expect(await asked([style, ground], 'a boat', { image })).toEqual([unsaid, unsaid])
})

test('a style that nobody chose is the flat one, and things stand where they belong', async () => {
  expect(await asked([style, ground, 5], 'a boat')).toEqual([anime, sea, boat])
  expect(await asked([style, ground], 'a boat in the snow, pencil sketch')).toEqual([sketch, snow])
  expect(await asked([style, ground], 'a house')).toEqual([anime, unsaid])
})

test('a strength of 0.6 is four of eight steps, as in the model card', () => {
  const begin = (strength: number) =>
    createScheduler(starter.scheduler, {
      steps: 8,
      strength,
      strengthRule: starter.strengthRule,
      batchShape: [1, 4, 32, 32],
      sigmas: flowSigmas(8),
    }).schedule.begin
  expect([0.5, 0.6, 0.7, 1].map(begin)).toEqual([4, 4, 3, 0])
})
