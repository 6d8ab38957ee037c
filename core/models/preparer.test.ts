import { afterEach, beforeEach, expect, it } from 'vitest'
import { generateRequestSchema } from '../../contract/generation.ts'
import type { Job, JobState } from '../../contract/job.ts'
import type { Model, Passport } from '../../contract/model.ts'
import type { InferenceTask } from '../../inference/protocol.ts'
import { createProcessDouble, passport, until } from '../testing/host-double.ts'
import { createPreparer, type Preparer } from './preparer.ts'

const runtime = { executionProvider: 'cpu', threads: 1, memoryCeiling: 0 } as const
const modelOf = (id: string, layout: Passport['layout']): Model => ({
  id,
  name: id,
  builtIn: false,
  state: 'ready',
  passport: { ...passport(`/models/${id}`), layout },
  examples: [],
  honesty: {},
  licence: {},
})

let tasks: InferenceTask[]
let spawned: number
let killed: number
let finish: () => void
let prepared: number
let preparer: Preparer

beforeEach(() => {
  tasks = []
  spawned = 0
  killed = 0
  prepared = 0
  const behaviour = (_: InferenceTask, say: (message: { type: 'done' }) => void) =>
    new Promise<void>((resolve) => {
      finish = () => {
        say({ type: 'done' })
        resolve()
      }
    })
  preparer = createPreparer({
    host: {
      spawnInference() {
        spawned += 1
        const double = createProcessDouble({ behaviour, tasks })
        return {
          ...double,
          kill() {
            killed += 1
            double.kill()
          },
        }
      },
    },
    runtime: () => runtime,
    models: {
      resolve: (id) => Promise.resolve({ id, path: `/models/${id}`, builtIn: false }),
      get: (id) => Promise.resolve(modelOf(id, id === 'folder' ? 'onnx-folder' : 'single-file')),
    },
    onPrepared: () => (prepared += 1),
    quietMilliseconds: 20,
  })
})
afterEach(() => preparer.close())

function job(id: string, state: JobState, model: string, more: object = {}): Job {
  const request = generateRequestSchema.parse({ kind: 'generate', prompt: 'a boat', model, ...more })
  return { id, state, request, notes: [], images: [], createdAt: 0, position: 0 }
}

it('prepares the model of the last picture when nothing else is to be done, once', async () => {
  preparer.onJob(job('1', 'running', 'sd'))
  preparer.onJob(job('1', 'done', 'sd'))
  await until(() => tasks.length === 1)
  expect(tasks[0]).toEqual({ kind: 'prepare', model: '/models/sd' })
  finish()
  await until(() => killed === 1)
  expect(prepared).toBe(1)
  preparer.onJob(job('2', 'running', 'sd'))
  preparer.onJob(job('2', 'done', 'sd'))
  await new Promise((resolve) => setTimeout(resolve, 60))
  expect(spawned).toBe(1)
})

it('is ended by the next job, and takes the model up again afterwards', async () => {
  preparer.onJob(job('1', 'done', 'sd'))
  await until(() => tasks.length === 1)
  preparer.onJob(job('2', 'queued', 'sd'))
  expect(killed).toBe(1)
  preparer.onJob(job('2', 'running', 'sd'))
  preparer.onJob(job('2', 'done', 'sd'))
  await until(() => tasks.length === 2)
})

it('leaves alone what has no other form, and what a session without traces drew', async () => {
  preparer.onJob(job('1', 'done', 'folder'))
  preparer.onJob(job('2', 'failed', 'sd'))
  preparer.onJob(job('3', 'done', 'sd', { incognito: true }))
  await new Promise((resolve) => setTimeout(resolve, 60))
  expect(spawned).toBe(0)
})
