import { type ChildProcess, fork } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { referenceFolder } from '../../reference/group-list.ts'
import { telemetryOff } from '../environment.ts'
import { listCache } from '../precision/cache-folder.ts'
import type { FromInference, InferenceTask, RuntimeOptions } from '../protocol.ts'
import { openModel } from './open-model.ts'
import { fittingFor } from './loaded-models.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const model = join(referenceFolder(), 'pipelines', 'sd15-tiny', 'diffusers')
let folder = ''
let child: ChildProcess
const runtime = (): RuntimeOptions => ({
  executionProvider: 'cpu',
  threads: 1,
  memoryCeiling: 0,
  precision: 'fast',
  cacheFolder: join(folder, 'cache'),
  cacheLimit: 1e12,
})

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sanggar-prepare-'))
  child = fork(join(import.meta.dirname, '..', 'worker.ts'), [], {
    serialization: 'advanced',
    env: { ...telemetryOff },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  await new Promise((resolve) => child.once('message', resolve))
})
afterAll(async () => {
  child.kill('SIGKILL')
  await rm(folder, { recursive: true })
})

/** The task's last word, and how often it said how far it was; `onProgress` may cancel it. */
function run(id: string, task: InferenceTask, onProgress: () => void = () => undefined) {
  return new Promise<{ end: FromInference; steps: number }>((resolve) => {
    let steps = 0
    const listener = (message: FromInference): void => {
      if (!('id' in message) || message.id !== id) return
      if (message.type === 'progress') {
        steps += 1
        onProgress()
      } else {
        child.off('message', listener)
        resolve({ end: message, steps })
      }
    }
    child.on('message', listener)
    child.send({ type: 'run', id, task, runtime: runtime() })
  })
}

test('a model is prepared by a process of its own, and opens packed from then on', async () => {
  const fitting = fittingFor(runtime())
  const extras = { adapters: [], scales: () => [], onNote: () => undefined }
  const { end } = await run('prepare', { kind: 'prepare', model })
  expect(end).toEqual({ type: 'done', id: 'prepare' })
  const entries = await listCache(join(folder, 'cache'))
  const kinds = await Promise.all(
    entries.map(async ({ key }) => {
      const about: unknown = JSON.parse(await readFile(join(folder, 'cache', key, 'about.json'), 'utf8'))
      return (about as { kind: string }).kind
    }),
  )
  expect(kinds.sort()).toEqual(['packed', 'weights'])
  const parts = await openModel(model, { ...extras, ...(fitting === undefined ? {} : { fitting }) })
  expect(parts.components.unet?.source).toMatchObject({ kind: 'file' })
  const plain = await openModel(model)
  expect(plain.components.unet?.source).toMatchObject({ kind: 'bytes' })
})

test('an export says how far it is, and leaves nothing when it is cancelled', async () => {
  const whole = join(folder, 'onnx')
  const { end, steps } = await run('whole', { kind: 'export', model, folder: whole })
  expect(end).toEqual({ type: 'done', id: 'whole' })
  expect(steps).toBeGreaterThan(100)
  expect(await readdir(whole)).toEqual(expect.arrayContaining(['model_index.json', 'unet', 'vae_decoder']))
  const again = await run('again', { kind: 'export', model, folder: whole })
  expect(again.end).toMatchObject({ type: 'failed', failure: { code: 'already-exists' } })

  const cut = await run('cut', { kind: 'export', model, folder: join(folder, 'cut') }, () =>
    child.send({ type: 'cancel', id: 'cut' }),
  )
  expect(cut.end).toMatchObject({ type: 'failed', failure: { code: 'cancelled' } })
  expect((await readdir(folder)).filter((name) => name.startsWith('cut'))).toEqual([])
})
