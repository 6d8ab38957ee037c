import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Job } from '../../contract/job.ts'
import { type Harness, openHarness } from '../testing/studio-harness.ts'

let studio: Harness
beforeEach(async () => {
  studio = await openHarness()
})
afterEach(() => studio.close())

const submit = async (seed: string) =>
  ((await studio.call('jobs.submit', { kind: 'generate', prompt: 'a boat', model: 'starter', seed })) as Job)
    .id
const waiting = (jobs: Iterable<Job>) =>
  [...jobs]
    .filter(({ state }) => state === 'queued')
    .sort((one, other) => one.position - other.position)
    .map(({ id }) => id)

test('a move tells of every job whose place changed, so that no list keeps an old order', async () => {
  await studio.call('queue.pause', { paused: true })
  const [one, two, three] = [await submit('1'), await submit('2'), await submit('3')]
  await studio.call('jobs.move', { id: three, index: 0 })
  expect(waiting(studio.jobs.values())).toEqual([three, one, two])
  expect(waiting((await studio.call('jobs.list')) as Job[])).toEqual([three, one, two])
})

test('what waits in a paused queue still waits, paused, after a restart', async () => {
  await studio.call('queue.pause', { paused: true })
  const id = await submit('1')
  await studio.stop()
  await studio.start()
  expect(await studio.call('queue.state')).toEqual({ paused: true })
  expect(waiting((await studio.call('jobs.list')) as Job[])).toEqual([id])
  await studio.call('queue.pause', { paused: false })
  expect((await studio.ended(id)).state).toBe('done')
})
