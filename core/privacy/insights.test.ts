import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RequestOutput } from '../../contract/api.ts'
import { type Harness, openHarness } from '../testing/studio-harness.ts'
import { mostUsedWords } from './insights.ts'

let studio: Harness
beforeEach(async () => {
  studio = await openHarness()
})
afterEach(() => studio.close())

const insights = async () => (await studio.call('insights.get')) as RequestOutput<'insights.get'>

test('words are counted once per prompt, without fillers and whatever their case', () => {
  expect(mostUsedWords(['A (red:1.2) boat, red sail', 'the Boat and the sea', '<lora:ink:0.8> ox'])).toEqual([
    { name: 'boat', count: 2 },
    { name: 'red', count: 1 },
    { name: 'sail', count: 1 },
    { name: 'sea', count: 1 },
  ])
})

test('what is used most, counted from the pictures; nothing when it is switched off', async () => {
  await studio.make({ prompt: 'a boat', count: 2, seed: '1' })
  const { favourites, perDay } = await insights()
  expect(perDay.map(({ pictures }) => pictures)).toEqual([2])
  expect(favourites).toEqual({
    models: [{ name: 'starter', count: 2 }],
    sizes: [{ name: '32x16', count: 2 }],
    samplers: [{ name: 'Euler', count: 2 }],
    words: [{ name: 'boat', count: 2 }],
  })
  await studio.call('settings.change', { insights: false })
  const off = await insights()
  expect([off.perDay, off.perModel, off.favourites.words]).toEqual([[], [], []])
})

test('erasing times and errors leaves the pictures and none of their times', async () => {
  await studio.make({ seed: '1' })
  expect((await insights()).perModel).toHaveLength(1)
  await studio.call('privacy.deleteCategory', { category: 'timings-and-errors' })
  const { perModel, perDay, failures } = await insights()
  expect([perModel, failures, perDay.length]).toEqual([[], [], 1])
})
