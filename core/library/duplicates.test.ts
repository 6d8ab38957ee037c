import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Duplicates } from '../../contract/collection.ts'
import { type Harness, openHarness } from '../testing/studio-harness.ts'
import { fingerprintOf } from './fingerprints.ts'

/** A slope from dark to bright, or with `flip` from bright to dark, `noise` added to each value. */
function slope(width: number, height: number, flip = false, noise = 0) {
  const rgb = new Uint8Array(width * height * 3)
  for (let at = 0; at < width * height; at++) {
    const across = (at % width) / width
    rgb.fill(20 + 200 * (flip ? 1 - across : across) + (at % 2) * noise, at * 3, at * 3 + 3)
  }
  return { width, height, rgb }
}

test('equal pixels have equal digests, another size has not', async () => {
  const [one, same, taller] = await Promise.all(
    [slope(32, 16), slope(32, 16), slope(16, 32)].map(fingerprintOf),
  )
  expect(one?.pixels.equals(same?.pixels ?? Buffer.alloc(0))).toBe(true)
  expect(one?.pixels.equals(taller?.pixels ?? Buffer.alloc(0))).toBe(false)
})

test('the look survives size and noise and tells a picture from its mirror image', async () => {
  const [small, large, noisy, mirrored] = await Promise.all(
    [slope(64, 48), slope(256, 192), slope(64, 48, false, 6), slope(64, 48, true)].map(fingerprintOf),
  )
  expect(large?.look).toEqual(small?.look)
  expect(noisy?.look).toEqual(small?.look)
  expect(small?.look).toEqual(Buffer.alloc(8, 0xff))
  expect(mirrored?.look).toEqual(Buffer.alloc(8, 0))
})

let studio: Harness
beforeEach(async () => {
  studio = await openHarness()
})
afterEach(() => studio.close())

const find = async (alike = false) => (await studio.call('duplicates.find', { alike })) as Duplicates

test('the same seed twice is a duplicate, another seed is not; what is in the trash does not count', async () => {
  const first = await studio.make({ seed: '9' })
  await studio.make({ seed: '200' })
  const again = await studio.make({ seed: '9' })
  const pair = [...first.images, ...again.images]
  expect(await find()).toEqual({ groups: [{ same: true, ids: pair }], unseen: 0 })
  await studio.call('images.change', { ids: again.images, change: { starred: true } })
  expect((await find()).groups[0]?.ids).toEqual(pair.toReversed())
  await studio.call('images.trash', { ids: again.images })
  expect((await find()).groups).toEqual([])
})

test('pictures without a fingerprint are counted and looked at on request', async () => {
  await studio.make({ seed: '9' })
  await studio.make({ seed: '9' })
  await studio.make({ seed: '10' })
  const file = studio.folder('backup.sanggar')
  await studio.work('backup.start', { file, passphrase: 'a long passphrase' })
  await studio.call('privacy.deleteAll', { confirmation: 'delete everything' })
  await studio.work('backup.restore', { file, passphrase: 'a long passphrase' })
  expect(await find()).toEqual({ groups: [], unseen: 3 })
  const work = await studio.work('duplicates.scan', null)
  expect(work).toMatchObject({ state: 'done', result: { written: 3 } })
  const found = await find()
  expect([found.unseen, found.groups.map(({ ids }) => ids.length)]).toEqual([0, [2]])
  // The double's pictures are flat: to the eye of nine by eight greys they are all one.
  expect((await find(true)).groups).toMatchObject([{ same: false }])
})
