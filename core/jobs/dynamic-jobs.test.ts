import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Job } from '../../contract/job.ts'
import { type Harness, openHarness } from '../testing/studio-harness.ts'

let harness: Harness
beforeEach(async () => {
  harness = await openHarness()
})
afterEach(() => harness.close())

const submit = async (more: object) => {
  await harness.call('jobs.submit', { kind: 'generate', prompt: 'a boat', model: 'starter', ...more })
  const jobs = (await harness.call('jobs.list')) as Job[]
  return jobs.flatMap(({ request }) => (request.kind === 'generate' ? [request] : [])).toReversed()
}

test('a choice is settled when it is queued: one job per picture, each with its own words and seed', async () => {
  await harness.call('queue.pause', { paused: true })
  const jobs = await submit({ prompt: 'a {red|green|blue} boat', seed: '7', count: 12 })
  expect(jobs).toHaveLength(12)
  expect(new Set(jobs.map(({ prompt }) => prompt))).toEqual(
    new Set(['a red boat', 'a green boat', 'a blue boat']),
  )
  expect(jobs.map(({ seed }) => Number(seed)).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 12 }, (_, index) => 7 + index),
  )
  expect(new Set(jobs.map(({ batch }) => batch?.id)).size).toBe(1)
  expect(jobs.every(({ batch, prompt, count }) => batch?.value === prompt && count === 1)).toBe(true)
})

test('the answer names every job, so that all of them can go to the front', async () => {
  await harness.call('queue.pause', { paused: true })
  const wish = { kind: 'generate', prompt: 'a {red|green} boat', model: 'starter', count: 3 }
  const { id, ids } = (await harness.call('jobs.submit', wish)) as { id: string; ids: string[] }
  const jobs = (await harness.call('jobs.list')) as Job[]
  expect([id, ids]).toEqual([jobs[0]?.id, jobs.map((job) => job.id)])
})

test('the same seed chooses the same words', async () => {
  await harness.call('queue.pause', { paused: true })
  const wish = {
    prompt: '{a|b|c|d|e|f|g|h} boat',
    negativePrompt: '{x|y|z}',
    furtherPrompts: { prompt2: '{p|q}' },
    seed: '99',
  }
  await submit(wish)
  const [one, two] = await submit(wish)
  expect([one?.prompt, one?.negativePrompt]).toEqual([two?.prompt, two?.negativePrompt])
  expect(one?.furtherPrompts?.prompt2).toMatch(/^[pq]$/)
  expect(two?.furtherPrompts).toEqual(one?.furtherPrompts)
  expect(one?.batch).toBeUndefined()
})

test('lists of one’s own: kept, read by __name__, renamed, removed', async () => {
  await harness.call('queue.pause', { paused: true })
  await harness.call('wildcards.save', { name: 'Sky', text: '# the weather\nstormy\n\n' })
  expect(await harness.call('wildcards.list')).toEqual([{ name: 'sky', lines: 1, sample: ['stormy'] }])
  expect((await submit({ prompt: 'a __sky__ sky' }))[0]?.prompt).toBe('a stormy sky')
  await harness.call('wildcards.save', { name: 'other', text: 'x' })
  expect(await harness.failure('wildcards.save', { name: 'other', was: 'sky', text: 'y' })).toMatchObject({
    code: 'already-exists',
  })
  await harness.call('wildcards.save', { name: 'heaven', was: 'sky', text: 'clear' })
  expect(
    (await submit({ prompt: '__heaven__ or __sky__' })).some(({ prompt }) => prompt === 'clear or __sky__'),
  ).toBe(true)
  await harness.call('wildcards.remove', { name: 'heaven' })
  expect(await harness.failure('wildcards.get', { name: 'heaven' })).toMatchObject({ code: 'not-found' })
})

test('lists that contain each other are refused before anything is queued', async () => {
  await harness.call('wildcards.save', { name: 'a', text: '__b__' })
  await harness.call('wildcards.save', { name: 'b', text: '__a__' })
  const request = { kind: 'generate', prompt: '__a__', model: 'starter' }
  expect(await harness.failure('jobs.submit', request)).toMatchObject({ code: 'prompt-syntax' })
  expect(await harness.call('jobs.list')).toEqual([])
})

test.each(['../x', 'a__b', 'a_', '', 'x'.repeat(101), 'a b'])('%j is no name of a list', async (name) => {
  expect(await harness.failure('wildcards.save', { name, text: 'x' })).toMatchObject({
    code: 'invalid-request',
  })
})

test('a redacted word leaves the lists as it leaves everything else', async () => {
  await harness.call('wildcards.save', { name: 'people', text: 'Alice\nBob' })
  await harness.work('privacy.redact', { word: 'alice' })
  expect(((await harness.call('wildcards.get', { name: 'people' })) as { text: string }).text).toBe('Bob')
})

test('an adapter that the prompt names and that is not here stops the wish', async () => {
  const request = { kind: 'generate', prompt: 'a boat <lora:nosuch:0.8>', model: 'starter' }
  expect(await harness.failure('jobs.submit', request)).toEqual({ code: 'model-not-found', model: 'nosuch' })
})

test('variations keep the seed and count the second one', async () => {
  const job = await harness.make({ seed: '5', count: 3, variation: { seed: '40', strength: 0.2 } })
  expect(job.state).toBe('done')
  const [task] = harness.double.control.tasks.filter(({ kind }) => kind === 'generate')
  expect(task).toMatchObject({
    seeds: ['5', '5', '5'],
    variation: { seeds: ['40', '41', '42'], strength: 0.2 },
  })
})
