import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { dispatch } from '../../contract/rpc.ts'
import { createStudio } from '../create-studio.ts'
import { createHostDouble } from '../testing/host-double.ts'
import { erasePrepared, listPrepared } from './prepared-forms.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'sanggar-prepared-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const key = '0'.repeat(32)
const old = '1'.repeat(32)
const about = { model: '/models/sd.safetensors', network: 'unet', kind: 'packed' } as const

it('lists what inference has kept, half-written ones not, and erases what is named', async () => {
  mkdirSync(path.join(folder, key))
  writeFileSync(path.join(folder, key, 'model.bin'), 'x'.repeat(1000))
  writeFileSync(
    path.join(folder, key, 'about.json'),
    JSON.stringify({ ...about, files: { 'model.bin': 1000 } }),
  )
  mkdirSync(path.join(folder, `.${key}.1.partial`))
  mkdirSync(path.join(folder, old))
  const forms = await listPrepared(folder)
  expect(forms.find((form) => form.key === key)).toMatchObject(about)
  expect(forms.find((form) => form.key === key)?.bytes).toBeGreaterThanOrEqual(1000)
  expect(forms.find((form) => form.key === old)).toMatchObject({ model: '', bytes: 0 })
  await erasePrepared(folder, [key, '../../etc'])
  expect((await listPrepared(folder)).map((form) => form.key)).toEqual([old])
  expect(await listPrepared(path.join(folder, 'nowhere'))).toEqual([])
})

it('what is said of a model is kept with it, told to inference, and taken back', async () => {
  const double = createHostDouble()
  const studio = await createStudio(double.host)
  const call = async (name: string, input: unknown) => {
    const outcome = await dispatch(studio.handlers, name, input)
    return outcome.ok ? (outcome.value as never) : (outcome.failure as never)
  }
  try {
    const override = { prediction: 'v', companion: double.root }
    expect(await call('models.override', { id: 'starter', override })).toMatchObject({ override })
    const [model] = (await call('models.list', null)) as { override?: unknown }[]
    expect(model?.override).toEqual(override)
    const { id } = (await call('jobs.submit', { kind: 'generate', prompt: 'a boat', model: 'starter' })) as {
      id: string
    }
    await expect.poll(() => double.control.tasks.length).toBe(1)
    expect(double.control.tasks[0]).toMatchObject({ kind: 'generate', override })
    await expect.poll(async () => ((await call('jobs.list', null)) as { id: string }[]).length).toBe(1)
    expect(id).toBeDefined()
    const away = { companion: path.join(double.root, 'away') }
    expect(await call('models.override', { id: 'starter', override: away })).toMatchObject({
      code: 'path-not-found',
    })
    const back: { override?: unknown } = await call('models.override', { id: 'starter', override: null })
    expect(back.override).toBeUndefined()
  } finally {
    await studio.close()
    double.remove()
  }
})
