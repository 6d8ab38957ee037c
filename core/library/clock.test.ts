import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Harness, openHarness } from '../testing/studio-harness.ts'

const day = 24 * 60 * 60 * 1000
let harness: Harness
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 5, 1) })
  harness = await openHarness()
})
afterEach(async () => {
  vi.useRealTimers()
  await harness.close()
})

const restartAt = async (now: number) => {
  await harness.stop()
  vi.setSystemTime(now)
  await harness.start()
}
const trashed = async () => ((await harness.call('images.query', { trash: true })) as { total: number }).total

test('a calendar that jumps a year ahead takes nothing from the trash at once', async () => {
  const { images } = await harness.make()
  await harness.call('images.trash', { ids: images })
  const start = Date.now()
  await restartAt(start + 365 * day)
  expect(await trashed()).toBe(1)
  // Put right again: nothing was lost.
  await restartAt(start + day)
  expect(await trashed()).toBe(1)
  await restartAt(start + 20 * day)
  expect(await trashed()).toBe(1)
  await restartAt(start + 40 * day)
  expect(await trashed()).toBe(0)
})

test('jobs and pictures made while the calendar was wrong are there, and new ones line up', async () => {
  await restartAt(Date.UTC(1999, 0, 1))
  const old = await harness.make()
  await restartAt(Date.UTC(2026, 5, 2))
  const young = await harness.make()
  const page = (await harness.call('images.query', {})) as { total: number }
  expect(page.total).toBe(2)
  expect([old.state, young.state]).toEqual(['done', 'done'])
})
