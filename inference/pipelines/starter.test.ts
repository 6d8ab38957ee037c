import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readModelFolder } from '../model-folder.ts'
import { ModelSessions } from '../model-sessions.ts'
import { createGenerator } from '../random.ts'
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
const [unsaid, nothing, house, tree] = [0, 17, 1, 2]

/** What is asked of the left, the middle and the right: the places of condition.py's first one-hot. */
async function columnsOf(prompt: string, request: Partial<PictureRequest> = {}): Promise<number[]> {
  let asked: Tensor | undefined
  await starter.encode(
    {
      sessions,
      noise: createGenerator('1'),
      pause: () => Promise.resolve(),
      stage: () => undefined,
      note: () => undefined,
      observe: (name, { data, shape }) => {
        if (name === 'prompt_embeds') asked = { data: data.slice(), shape }
      },
    },
    { prompt, width: 256, height: 256, steps: 8, guidanceScale: 1, scheduler: {}, ...request },
  )
  expect(asked?.shape).toEqual([1, 8, rowWidth])
  return [4, 5, 6].map((row) => asked?.data.subarray(row * rowWidth, row * rowWidth + 18).indexOf(1) ?? -1)
}

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
})
