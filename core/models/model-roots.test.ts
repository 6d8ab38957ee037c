import { existsSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Model, ModelRoot } from '../../contract/model.ts'
import { type Harness, openHarness } from '../testing/studio-harness.ts'
import { modelsBelow } from './model-roots.ts'

let studio: Harness
let root: string
beforeEach(async () => {
  studio = await openHarness()
  root = studio.folder('my models')
  for (const folder of ['', 'sd/photo/unet', 'loose', '.hidden'])
    mkdirSync(path.join(root, folder), { recursive: true })
  for (const file of [
    'sd/photo/model_index.json',
    'sd/photo/unet/model.onnx',
    'loose/sea.safetensors',
    'notes.txt',
    '.hidden/x.onnx',
  ]) {
    writeFileSync(path.join(root, file), 'x')
  }
})
afterEach(() => studio.close())

const inRoot = async () =>
  ((await studio.call('models.list')) as Model[]).filter((model) => model.root === root)
const roots = async () => (await studio.call('models.roots')) as ModelRoot[]

test('whole folders and single files are found, hidden ones and parts are not', async () => {
  expect(await modelsBelow(root)).toEqual([
    path.join(root, 'loose/sea.safetensors'),
    path.join(root, 'sd/photo'),
  ])
  expect(await modelsBelow(path.join(root, 'not there'))).toEqual([])
})

test('links are not followed', async () => {
  symlinkSync(root, path.join(root, 'loose', 'round'))
  expect(await modelsBelow(root)).toHaveLength(2)
})

describe('a folder of models', () => {
  test('lists them where they lie, and nothing of it when it is taken off the list', async () => {
    expect(await studio.call('models.addRoot', { path: root })).toEqual([
      { path: root, state: 'ready', models: 2 },
    ])
    const models = await inRoot()
    expect(models.map(({ name, state }) => [name, state])).toEqual([
      ['sea', 'ready'],
      ['photo', 'ready'],
    ])
    await studio.make({ model: models[0]?.id ?? '' })
    expect(await studio.call('models.removeRoot', { path: root })).toEqual([])
    expect(await inRoot()).toEqual([])
    expect(existsSync(path.join(root, 'loose/sea.safetensors'))).toBe(true)
  })

  test('whose drive is away shows its models as missing, and has them back when it comes', async () => {
    await studio.call('models.addRoot', { path: root })
    const before = await inRoot()
    renameSync(root, `${root} away`)
    expect(await roots()).toEqual([{ path: root, state: 'missing', models: 2 }])
    const missing = await inRoot()
    expect(missing.map(({ id }) => id)).toEqual(expect.arrayContaining(before.map(({ id }) => id)))
    expect(missing.map(({ state, passport }) => [state, passport.obstacle, passport.kind])).toEqual([
      ['missing', 'missing', 'pipeline'],
      ['missing', 'missing', 'pipeline'],
    ])
    renameSync(`${root} away`, root)
    expect((await inRoot()).map(({ state }) => state)).toEqual(['ready', 'ready'])
  })

  test('that is not there or is a file is refused', async () => {
    for (const place of [studio.folder('nowhere'), path.join(root, 'notes.txt'), 'relative']) {
      expect(await studio.failure('models.addRoot', { path: place })).toMatchObject({
        code: 'path-not-found',
      })
    }
  })
})

describe('erasing a model', () => {
  test('takes its files and leaves what is somebody’s own', async () => {
    writeFileSync(path.join(root, 'sd/photo', 'holiday.jpg'), 'mine')
    await studio.call('models.addRoot', { path: root })
    const photo = (await inRoot()).find(({ name }) => name === 'photo')
    const expected = { files: 2, bytes: 2, others: ['holiday.jpg'] }
    expect(await studio.call('models.files', { id: photo?.id })).toEqual(expected)
    expect(await studio.call('models.erase', { id: photo?.id })).toEqual(expected)
    expect(existsSync(path.join(root, 'sd/photo/unet'))).toBe(false)
    expect(existsSync(path.join(root, 'sd/photo/holiday.jpg'))).toBe(true)
    expect((await inRoot()).map(({ name }) => name)).toEqual(['sea'])
  })

  test('never takes what came with the program, or a path that is no listed model', async () => {
    for (const id of ['starter', root, path.join(root, 'notes.txt')]) {
      expect(await studio.failure('models.erase', { id })).toMatchObject({ code: 'model-not-found' })
    }
    expect(existsSync(path.join(studio.double.root, 'models/starter/manifest.json'))).toBe(true)
  })
})

test('a test opens the model, says what it took and keeps nothing', async () => {
  const work = await studio.work('models.test', { id: 'starter' })
  expect(work).toMatchObject({
    state: 'done',
    result: { test: { model: 'starter', executionProvider: 'cpu', peakMemory: 1 } },
  })
  expect(await studio.call('images.query', {})).toMatchObject({ total: 0 })
  expect(await studio.call('jobs.list')).toEqual([])
})

test('folders and models of a folder, for people who look', async () => {
  expect(await studio.call('host.listFolder', { path: root })).toEqual({
    path: root,
    parent: path.dirname(root),
    folders: ['loose', 'sd'].map((name) => ({ name, path: path.join(root, name) })),
    files: [],
  })
  // A link counts as what it leads to; one that leads nowhere is left out.
  symlinkSync(path.join(root, 'loose'), path.join(root, 'elsewhere'))
  symlinkSync(path.join(root, 'gone'), path.join(root, 'nowhere.onnx'))
  writeFileSync(path.join(root, 'all.sanggarbackup'), 'x')
  expect(await studio.call('host.listFolder', { path: root, files: 'backups' })).toMatchObject({
    folders: [{ name: 'elsewhere' }, { name: 'loose' }, { name: 'sd' }],
    files: [{ name: 'all.sanggarbackup' }],
  })
  expect(await studio.failure('host.listFolder', { path: path.join(root, 'nowhere') })).toMatchObject({
    code: 'path-not-found',
  })
})
