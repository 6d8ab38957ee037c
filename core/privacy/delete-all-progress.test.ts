import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Receipt } from '../../contract/privacy.ts'
import { type Harness, openHarness } from '../testing/studio-harness.ts'

let studio: Harness
beforeEach(async () => {
  studio = await openHarness()
})
afterEach(() => studio.close())

it('says how far it is: every file is counted, from none to all of them', async () => {
  await studio.make({ count: 4 })
  const said: { done: number; total: number }[] = []
  studio.studio().onEvent((name, value) => {
    if (name === 'library.emptying') said.push(value as (typeof said)[number])
  })
  const receipt = (await studio.call('privacy.deleteAll', { confirmation: 'delete everything' })) as Receipt
  expect(said[0]).toMatchObject({ done: 0 })
  const last = said.at(-1)
  expect(last?.done).toBe(last?.total)
  // The key went before them.
  expect(last?.total).toBeGreaterThanOrEqual(receipt.files - 1)
  expect(receipt.files).toBeGreaterThan(4)
  expect(said.map(({ done }) => done)).toEqual(said.map(({ done }) => done).sort((one, other) => one - other))
})
