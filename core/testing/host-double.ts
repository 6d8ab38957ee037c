import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Failure } from '../../contract/errors.ts'
import type { ModelOverride } from '../../contract/model.ts'
import type { FromInference, InferenceTask, RuntimeOptions, ToInference } from '../../inference/protocol.ts'
import type { Host, InferenceProcess } from '../host.ts'

/** How the double answers a task; by default it draws one flat picture per seed, coloured by the seed. */
export type Behaviour = (
  task: InferenceTask,
  say: (message: DistributiveOmit<FromInference, 'id'>) => void,
  process: { die(reason: string): void; cancelled(): boolean },
) => Promise<void> | void

type DistributiveOmit<Value, Key extends string> = Value extends unknown ? Omit<Value, Key> : never

/** A folder that is called "restore" restores; everything else draws. */
export const passport = (target: string) => ({
  path: target,
  name: 'double',
  kind: 'pipeline' as const,
  family: 'starter',
  detail: '',
  layout: 'onnx-folder' as const,
  precision: 'fp32',
  bytes: 1,
  parts: [],
  missing: [],
  capabilities:
    path.basename(target) === 'restore'
      ? ['restore' as const]
      : ['text-to-image' as const, 'image-to-image' as const],
  runs: true,
  confidence: 'certain' as const,
  triggerWords: [],
  metadata: {},
})

export const drawFlat: Behaviour = (task, say) => {
  const seeds = task.kind === 'generate' ? task.seeds : ['0']
  for (const [picture, seed] of seeds.entries()) {
    say({ type: 'progress', stage: 'denoising', step: 1, steps: 1, picture, pictures: seeds.length })
    const rgb = new Uint8Array(32 * 16 * 3).fill(Number(BigInt(seed) % 256n))
    const image = { width: 32, height: 16, rgb }
    say({ type: 'preview', picture, step: 1, image })
    say({
      type: 'picture',
      picture,
      image,
      record: {
        width: 32,
        height: 16,
        seed,
        steps: 1,
        guidanceScale: 2,
        scheduler: 'Euler',
        executionProvider: 'cpu',
        milliseconds: 5,
        peakMemory: 1,
        notes: [],
      },
    })
  }
  say({ type: 'done' })
}

/** A data directory of its own with one built-in model called "starter". */
export function createHostDouble(behaviour: Behaviour = drawFlat) {
  const root = mkdtempSync(path.join(tmpdir(), 'sanggar-core-'))
  const models = path.join(root, 'models')
  mkdirSync(path.join(models, 'starter'), { recursive: true })
  writeFileSync(
    path.join(models, 'starter', 'manifest.json'),
    JSON.stringify({ id: 'starter', name: 'Starter', licence: 'MIT' }),
  )
  writeFileSync(
    path.join(models, 'starter', 'vocabulary.json'),
    JSON.stringify({
      languages: { en: { words: { boat: {} }, fillers: ['a'] }, id: { words: { 'cat air': {} } } },
    }),
  )
  const control: Control & { spawned: number; runtimes: RuntimeOptions[] } = {
    behaviour,
    spawned: 0,
    tasks: [],
    runtimes: [],
  }
  const host: Host = {
    kind: 'cli',
    version: '0.0.0',
    dataDirectory: path.join(root, 'data'),
    resources: { models, resources: root },
    capabilities: {
      reveal: false,
      dialogs: false,
      keychain: false,
      hideFromCapture: false,
      dragOut: false,
      privateClipboard: false,
      notify: false,
    },
    spawnInference() {
      control.spawned += 1
      return createProcessDouble(control)
    },
  }
  return { host, control, root, remove: () => rmSync(root, { recursive: true, force: true }) }
}

type Control = {
  behaviour: Behaviour
  tasks: InferenceTask[]
  runtimes?: RuntimeOptions[]
  /** what is said of a model instead of its passport */
  refuse?: (target: string, override?: ModelOverride) => Failure | undefined
}

/** The inference process of the double. */
export function createProcessDouble(control: Control): InferenceProcess {
  let onMessage: (message: FromInference) => void = () => undefined
  let onExit: (reason: string) => void = () => undefined
  let alive = true
  const cancelled = new Set<string>()
  const say = (message: FromInference) => {
    if (alive) onMessage(structuredClone(message))
  }
  const die = (reason: string) => {
    if (!alive) return
    alive = false
    onExit(reason)
  }
  setImmediate(() => say({ type: 'ready', onnxRuntime: 'double', providers: ['cpu'], threads: 1 }))

  async function answer(message: ToInference): Promise<void> {
    if (message.type === 'run') {
      const { id, task } = message
      control.tasks.push(task)
      control.runtimes?.push(message.runtime)
      await control.behaviour(task, (word) => say({ ...word, id } as FromInference), {
        die,
        cancelled: () => cancelled.has(id),
      })
      if (cancelled.has(id)) say({ type: 'failed', id, failure: { code: 'cancelled' } })
    } else if (message.type === 'cancel') cancelled.add(message.id)
    else if (message.type === 'describe') {
      const { id, path: target, override } = message
      const failure = control.refuse?.(target, override)
      if (failure) say({ type: 'failed', id, failure })
      else say({ type: 'described', id, description: { passport: passport(target) } })
    }
  }

  return {
    send(message) {
      const copy = structuredClone(message)
      setImmediate(() => void answer(copy))
    },
    onMessage: (listener) => (onMessage = listener),
    onExit: (listener) => (onExit = listener),
    kill: () => setImmediate(() => die('SIGTERM')),
  }
}

/** Milliseconds: real processes on a busy machine take their time, and what never comes is ended by the test's own limit. */
const patience = 120_000

/** Resolves when `condition` holds; the double works asynchronously but in milliseconds. */
export async function until<Value>(
  condition: () => Value | undefined | false | Promise<Value | undefined | false>,
): Promise<Value> {
  const end = performance.now() + patience
  while (performance.now() < end) {
    const value = await condition()
    if (value !== undefined && value !== false) return value
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error(`waited ${patience / 1000} seconds in vain`)
}
