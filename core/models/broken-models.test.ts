import { symlinkSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Model } from '../../contract/model.ts'
import { type Harness, openHarness } from '../testing/studio-harness.ts'

let studio: Harness
beforeEach(async () => {
  studio = await openHarness()
})
afterEach(() => studio.close())

const list = async () => (await studio.call('models.list')) as Model[]
const about = async () =>
  (await list()).map(({ name, state, passport }) => [name, state, passport.obstacle, passport.kind])
const ready = ['Starter', 'ready', undefined, 'pipeline']

function file(name: string): string {
  const place = path.join(studio.double.root, name)
  mkdirSync(path.dirname(place), { recursive: true })
  writeFileSync(place, 'x')
  return place
}

test('a model that breaks after it was added says so, and the others stay', async () => {
  const place = file('sea.safetensors')
  const { id } = (await studio.call('models.add', { path: place })) as Model
  studio.double.control.refuse = (target) =>
    target === place
      ? { code: 'model-damaged', path: place, detail: 'cut-off', facts: { byte: '1' } }
      : undefined
  writeFileSync(place, 'shorter')
  expect(await about()).toEqual([ready, ['sea', 'unsupported', 'damaged', 'pipeline']])
  await studio.call('models.remove', { id })
  expect(await about()).toEqual([ready])
})

test('a damaged file in a folder of models is shown, not passed over', async () => {
  const place = file('all/half.safetensors')
  studio.double.control.refuse = (target) =>
    target === place
      ? { code: 'model-damaged', path: place, detail: 'cut-off', facts: { byte: '1' } }
      : undefined
  await studio.call('models.addRoot', { path: path.dirname(place) })
  expect(await about()).toEqual([ready, ['half', 'unsupported', 'damaged', 'unknown']])
})

test('what a model cannot be is refused, and what was said before stays', async () => {
  const place = file('sea.safetensors')
  const { id } = (await studio.call('models.add', { path: place })) as Model
  await studio.call('models.override', { id, override: { family: 'sd2' } })
  studio.double.control.refuse = (target, override) =>
    override?.family === 'sdxl'
      ? { code: 'model-unsupported', path: target, kind: 'safetensors', reason: 'not sdxl' }
      : undefined
  expect(await studio.failure('models.override', { id, override: { family: 'sdxl' } })).toMatchObject({
    code: 'model-unsupported',
  })
  expect((await list())[1]).toMatchObject({ state: 'ready', override: { family: 'sd2' } })
  // The file is another one now: what was said of the old one does not hold, and can be taken back.
  studio.double.control.refuse = (target, override) =>
    override === undefined ? undefined : { code: 'path-not-found', path: target }
  writeFileSync(place, 'another')
  expect(await about()).toEqual([ready, ['sea', 'unsupported', 'told-wrongly', 'pipeline']])
  await studio.call('models.override', { id, override: null })
  expect(await about()).toEqual([ready, ['sea', 'ready', undefined, 'pipeline']])
})

test('a link that leads nowhere beside the weights breaks nothing', async () => {
  const folder = path.dirname(file('photo/model.onnx'))
  symlinkSync(path.join(folder, 'gone'), path.join(folder, 'README.md'))
  await studio.call('models.add', { path: folder })
  expect(await about()).toEqual([ready, ['photo', 'ready', undefined, 'pipeline']])
})
