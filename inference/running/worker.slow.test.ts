import { type ChildProcess, fork } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { referenceFolder } from '../../reference/group-list.ts'
import { telemetryOff } from '../environment.ts'
import type { FromInference, GenerateTask, ToInference } from '../protocol.ts'

// Whole networks are loaded here; a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const worker = join(import.meta.dirname, '..', 'worker.ts')
const model = (name: string): string => join(referenceFolder(), 'pipelines', name, 'onnx')
const runtime = { executionProvider: 'cpu', threads: 1, memoryCeiling: 0 } as const

let child: ChildProcess
let folder = ''
const heard: FromInference[] = []
const listeners = new Set<(message: FromInference) => void>()

function start(env: Record<string, string>): ChildProcess {
  return fork(worker, [], {
    serialization: 'advanced',
    env,
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sanggar-worker-'))
  child = start({ ...telemetryOff })
  child.on('message', (message) => {
    heard.push(message as FromInference)
    for (const listener of listeners) listener(message as FromInference)
  })
  await wait((message) => message.type === 'ready')
})
afterAll(async () => {
  child.kill('SIGKILL')
  await rm(folder, { recursive: true })
})

function wait<Message extends FromInference>(
  wanted: (message: FromInference) => message is Message,
): Promise<Message>
function wait(wanted: (message: FromInference) => boolean): Promise<FromInference>
function wait(wanted: (message: FromInference) => boolean): Promise<FromInference> {
  return new Promise((resolve) => {
    const listener = (message: FromInference): void => {
      if (!wanted(message)) return
      listeners.delete(listener)
      resolve(message)
    }
    listeners.add(listener)
  })
}

let lastId = 0
const send = (message: ToInference): boolean => child.send(message)

const task = (more: Partial<GenerateTask> = {}): GenerateTask => ({
  kind: 'generate',
  model: model('sd15-tiny'),
  prompt: 'a red boat',
  negativePrompt: '',
  width: 64,
  height: 64,
  steps: 4,
  scheduler: 'auto',
  seeds: ['7'],
  adapters: [],
  clipSkip: 0,
  ...more,
})

/** Everything that was said of one task. */
async function run(
  more: Partial<GenerateTask> = {},
  onMessage?: (message: FromInference, id: string) => void,
) {
  const id = `task ${++lastId}`
  const messages: FromInference[] = []
  const listener = (message: FromInference): void => {
    if (!('id' in message) || message.id !== id) return
    messages.push(message)
    onMessage?.(message, id)
  }
  listeners.add(listener)
  const ended = wait((message) => (message.type === 'done' || message.type === 'failed') && message.id === id)
  send({ type: 'run', id, task: task(more), runtime })
  await ended
  listeners.delete(listener)
  const failed = messages.find((message) => message.type === 'failed')
  return {
    messages,
    failure: failed?.type === 'failed' ? failed.failure : undefined,
    pictures: messages.filter((message) => message.type === 'picture'),
  }
}

test('says what it is', () => {
  expect(heard[0]).toMatchObject({ type: 'ready', onnxRuntime: '1.27.0' })
  expect(heard[0]?.type === 'ready' && heard[0].providers).toContain('cpu')
})

test('refuses to start when telemetry is not switched off', async () => {
  const refused = start({ ORT_DISABLE_TELEMETRY: '1' })
  const code = await new Promise((resolve) => refused.on('exit', resolve))
  expect(code).toBe(78)
})

test('a picture comes with progress of each step, previews and a record', async () => {
  const { messages, pictures, failure } = await run()
  expect(failure).toBeUndefined()
  const steps = messages.filter((message) => message.type === 'progress' && message.stage === 'denoising')
  // PNDM calls its model once more than it has steps.
  expect(steps.map((message) => message.type === 'progress' && message.step)).toEqual([0, 1, 2, 3, 4, 5])
  const previews = messages.filter((message) => message.type === 'preview')
  expect(previews.map((message) => message.type === 'preview' && message.step)).toEqual([1, 2, 3, 4])
  const [picture] = pictures
  expect(picture?.image).toMatchObject({ width: 64, height: 64 })
  expect(picture?.image.rgb.length).toBe(64 * 64 * 3)
  expect(picture?.record).toMatchObject({ seed: '7', steps: 5, executionProvider: 'cpu', guidanceScale: 7.5 })
  expect(picture?.record.peakMemory).toBeGreaterThan(1e6)
})

test('the same seed is the same picture, also after the model was let go; another seed is another', async () => {
  const first = await run({ seeds: ['7', '8'] })
  send({ type: 'release' })
  const second = await run({ seeds: ['8', '7'] })
  const rgb = (result: typeof first): Uint8Array[] => result.pictures.map(({ image }) => image.rgb)
  expect(rgb(second).toReversed()).toEqual(rgb(first))
  expect(rgb(first)[0]).not.toEqual(rgb(first)[1])
})

test('cancelling lets at most one more step pass, and the next task runs', async () => {
  const { messages, failure } = await run({ steps: 40, seeds: ['1', '2', '3'] }, (message, id) => {
    if (message.type === 'progress' && message.step === 3) send({ type: 'cancel', id })
  })
  expect(failure).toEqual({ code: 'cancelled' })
  const last = messages.findLast((message) => message.type === 'progress')
  expect(last?.type === 'progress' && last.step).toBeLessThanOrEqual(4)
  expect((await run()).failure).toBeUndefined()
})

test('a task that waits is cancelled before it begins', async () => {
  const waiting = `task ${lastId + 2}`
  const first = run({ steps: 20 })
  const second = run()
  send({ type: 'cancel', id: waiting })
  expect((await second).failure).toEqual({ code: 'cancelled' })
  expect((await first).failure).toBeUndefined()
})

test('image to image keeps the picture at strength 0 and changes it more with more', async () => {
  const rgb = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7) % 256)
  const difference = async (strength: number): Promise<number> => {
    const base = await run({ image: { width: 64, height: 64, rgb, strength: 0, resize: 'crop' } })
    const { pictures, failure } = await run({
      image: { width: 64, height: 64, rgb, strength, resize: 'crop' },
    })
    expect(failure).toBeUndefined()
    const [a, b] = [base.pictures[0]?.image.rgb, pictures[0]?.image.rgb]
    return a?.reduce((sum, value, i) => sum + Math.abs(value - (b?.[i] ?? 0)), 0) ?? NaN
  }
  expect(await difference(0)).toBe(0)
  expect(await difference(0.3)).toBeGreaterThan(0)
})

test('inpainting leaves every pixel outside the mask as it was', async () => {
  const rgb = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 5) % 256)
  const gray = Uint8Array.from({ length: 64 * 64 }, (_, i) => (i % 64 >= 32 ? 255 : 0))
  for (const name of ['sd15-tiny', 'sd15-inpaint-tiny', 'zimage-tiny']) {
    const { pictures, failure } = await run({
      model: model(name),
      image: { width: 64, height: 64, rgb, strength: 0.8, resize: 'crop' },
      mask: { width: 64, height: 64, gray, feather: 0, onlyMasked: false, padding: 0 },
    })
    expect(failure).toBeUndefined()
    const made = pictures[0]?.image.rgb ?? new Uint8Array()
    const same = Array.from({ length: 64 * 64 }, (_, i) =>
      [0, 1, 2].every((c) => made[i * 3 + c] === rgb[i * 3 + c]),
    )
    expect(same.every((equal, i) => equal || i % 64 >= 32)).toBe(true)
    expect(same.some((equal) => !equal)).toBe(true)
  }
})

test('a model made for inpainting also makes pictures from nothing', async () => {
  expect((await run({ model: model('sd15-inpaint-tiny') })).failure).toBeUndefined()
})

test('bad input is a typed failure and the process lives on', async () => {
  const absent = join(folder, 'absent')
  expect((await run({ model: absent })).failure).toEqual({ code: 'model-not-found', model: absent })

  const empty = join(folder, 'empty')
  await mkdir(empty)
  expect((await run({ model: empty })).failure).toEqual({
    code: 'model-folder-incomplete',
    path: empty,
    missing: 'model_index.json',
  })

  const cut = join(folder, 'cut')
  await cp(model('sd15-tiny'), cut, { recursive: true })
  await truncate(join(cut, 'unet', 'model.onnx'), 300_000)
  expect((await run({ model: cut })).failure).toMatchObject({ code: 'model-damaged' })

  const bare = join(folder, 'bare')
  await cp(model('sd15-tiny'), bare, { recursive: true })
  await rm(join(bare, 'vae_decoder'), { recursive: true })
  expect((await run({ model: bare })).failure).toMatchObject({
    code: 'model-folder-incomplete',
    missing: 'vae_decoder',
  })

  const text = join(folder, 'text.safetensors')
  await writeFile(text, 'this is no model')
  expect((await run({ model: text })).failure).toMatchObject({ code: 'model-damaged' })

  for (const size of [0, -8, 63, 100_000]) {
    expect((await run({ width: size })).failure).toMatchObject({ code: 'size-unsupported', width: size })
  }
  expect((await run({ scheduler: 'sorcery' })).failure).toMatchObject({ code: 'scheduler-unsupported' })
  expect((await run({ steps: -1 })).failure).toMatchObject({ code: 'invalid-request' })
  expect((await run()).failure).toBeUndefined()
})

test('a control picture steers a model with a ControlNet, and is refused by one without', async () => {
  const rgb = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 11) % 256)
  const control = { width: 64, height: 64, rgb, start: 0, end: 1, resize: 'crop' as const }
  const made = async (scale: number, name = 'controlnet-sd15-tiny') => {
    const { pictures, failure } = await run({ model: model(name), controls: [{ ...control, scale }] })
    return failure ?? pictures[0]?.image.rgb
  }
  const [none, full] = [await made(0), await made(1)]
  expect(none).toBeInstanceOf(Uint8Array)
  expect(full).toBeInstanceOf(Uint8Array)
  expect(full).not.toEqual(none)
  expect(await made(1, 'sd15-tiny')).toMatchObject({ code: 'capability-missing', capability: 'controls' })
})

test('adapters change ONNX folders too, as strongly as asked; one for another model is refused', async () => {
  const lora = (name: string): string => join(referenceFolder(), 'checkpoints', 'lora', `${name}.safetensors`)
  const made = async (adapters: GenerateTask['adapters']) => {
    const { pictures, failure } = await run({ adapters })
    return failure ?? pictures[0]?.image.rgb
  }
  const plain = (await made([])) as Uint8Array
  const levels = (rgb: unknown): number =>
    plain.reduce((most, value, i) => Math.max(most, Math.abs(value - ((rgb as Uint8Array)[i] ?? NaN))), 0)
  const path = lora('sd15-kohya')
  expect(levels(await made([{ path, scale: 0 }]))).toBeLessThanOrEqual(1)
  expect(levels(await made([{ path, scale: 1 }]))).toBeGreaterThan(10)
  expect(await made([{ path: lora('zimage-peft'), scale: 1 }])).toMatchObject({ code: 'adapter-mismatch' })
})

test('a description gives the limits of a form', async () => {
  const described = wait((message) => message.type === 'described')
  send({ type: 'describe', id: 'd', path: model('sdxl-tiny') })
  const answer = await described
  expect(answer.type === 'described' && answer.description).toMatchObject({
    passport: { kind: 'pipeline', family: 'sdxl', runs: true },
    limits: { defaultWidth: 32, multiple: 16, negativePrompt: true },
  })
  const failed = wait((message) => message.type === 'failed' && message.id === 'none')
  send({ type: 'describe', id: 'none', path: join(folder, 'nowhere') })
  expect(await failed).toMatchObject({ failure: { code: 'path-not-found' } })
})
