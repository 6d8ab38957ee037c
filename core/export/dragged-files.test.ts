import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { mostDragged } from '../../contract/export.ts'
import { type Harness, openHarness } from '../testing/studio-harness.ts'
import { draggedName } from './dragged-files.ts'

let dragged: { files: string[]; icon: Buffer }[]
let studio: Harness
let image: string
beforeEach(async () => {
  dragged = []
  studio = await openHarness(undefined, { startDrag: (files, icon) => dragged.push({ files, icon }) })
  image = (await studio.make()).images[0] ?? ''
})
afterEach(() => studio.close())

const lying = () => {
  try {
    return readdirSync(path.join(studio.dataDirectory, draggedName))
  } catch {
    return []
  }
}
const prepare = async (more: object = {}) =>
  (await studio.call('export.prepareDrag', { images: [image], pattern: '[seed]', ...more })) as {
    names: string[]
  }

it('prepares what was asked for and hands exactly that to the host, with a small picture of it', async () => {
  await studio.call('host.startDrag')
  expect(dragged).toEqual([])
  await prepare({ pattern: 'before' })
  const { names } = await prepare({ format: 'jpeg' })
  expect(lying()).toEqual(names)
  await studio.call('host.startDrag')
  const [drag] = dragged
  expect(drag?.files).toEqual(names.map((name) => path.join(studio.dataDirectory, draggedName, name)))
  expect((await sharp(drag?.files[0]).metadata()).format).toBe('jpeg')
  expect((await sharp(drag?.icon).metadata()).width).toBeLessThanOrEqual(128)
})

it('erases it at the end of the drag, even when that comes while files are written', async () => {
  const preparing = prepare()
  await studio.call('export.endDrag')
  await preparing
  expect(lying()).toEqual([])
  await studio.call('host.startDrag')
  expect(dragged).toEqual([])
})

it('erases it with a lock, with everything, at the end and at the start', async () => {
  await prepare()
  await studio.call('vault.setPassphrase', { next: 'a long passphrase' })
  await studio.call('vault.lock')
  expect(lying()).toEqual([])
  await studio.call('vault.unlock', { passphrase: 'a long passphrase' })

  await prepare()
  const confirmation = 'delete everything'
  const receipt = (await studio.call('privacy.deleteAll', { confirmation })) as { left: unknown[] }
  expect([lying(), receipt.left]).toEqual([[], []])

  image = (await studio.make()).images[0] ?? ''
  await prepare()
  await studio.stop()
  expect(lying()).toEqual([])
  const folder = path.join(studio.dataDirectory, draggedName)
  mkdirSync(folder)
  writeFileSync(path.join(folder, 'left by a crash.png'), 'pixels')
  await studio.start()
  expect(lying()).toEqual([])
})

it('takes few pictures, named one by one', async () => {
  for (const images of ['all', Array.from({ length: mostDragged + 1 }, () => image), []]) {
    expect(await studio.failure('export.prepareDrag', { images })).toMatchObject({ code: 'invalid-request' })
  }
})
