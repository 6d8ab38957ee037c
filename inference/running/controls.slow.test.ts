import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { referenceFolder } from '../../reference/group-list.ts'
import { readPicture } from '../../reference/pictures.ts'
import { readRun } from '../../reference/pipeline-run.ts'
import type { ControlTask, GenerateTask } from '../protocol.ts'
import { type Worker, startWorker } from './worker-fixture.ts'

// Whole networks are loaded here; a busy machine takes its time.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 })

const pipelines = join(referenceFolder(), 'pipelines')
const controlled = join(pipelines, 'controlnet-sd15-tiny')
const plain = join(pipelines, 'sd15-tiny')
const id = 't2i_unipc_cn1.0_6'

let worker: Worker
let folder = ''
/** the reference's run without a ControlNet, and the picture that it follows */
let base: GenerateTask
let control: ControlTask
let expected: Uint8Array

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sanggar-controls-'))
  worker = await startWorker()
  const stored = await readRun(join(controlled, 'expected', `${id}.json`))
  if (stored === undefined) throw new Error(`${id} is no run`)
  const { args, tensors } = stored
  base = {
    kind: 'generate',
    model: join(controlled, 'onnx'),
    prompt: String(args['prompt']),
    negativePrompt: typeof args['negative_prompt'] === 'string' ? args['negative_prompt'] : '',
    width: 64,
    height: 64,
    steps: Number(args['num_inference_steps']),
    guidanceScale: Number(args['guidance_scale']),
    scheduler: 'auto',
    seeds: ['1'],
    adapters: [],
    clipSkip: 0,
    ...(tensors['input.latents'] === undefined ? {} : { latents: tensors['input.latents'].data }),
  }
  const picture = await readPicture(join(controlled, 'expected', `${id}.image.png`))
  control = {
    width: picture.width,
    height: picture.height,
    rgb: picture.data,
    scale: 1,
    start: 0,
    end: 1,
    resize: 'stretch',
  }
  expected = (await readPicture(join(controlled, 'expected', `${id}.png`))).data
})
afterAll(async () => {
  worker.close()
  await rm(folder, { recursive: true })
})

async function made(more: Partial<GenerateTask>) {
  const { pictures, failure } = await worker.run({ ...base, ...more })
  return failure ?? pictures[0]?.image.rgb
}

function levels(result: unknown, wanted = expected): number {
  return wanted.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - ((result as Uint8Array)[i] ?? NaN))),
    0,
  )
}

/** The model's folder without its ControlNet. */
async function without(layout: 'onnx' | 'diffusers'): Promise<string> {
  const copy = join(folder, layout)
  await cp(join(controlled, layout), copy, { recursive: true })
  await rm(join(copy, 'controlnet'), { recursive: true })
  return copy
}

const weights = join(controlled, 'diffusers', 'controlnet', 'diffusion_pytorch_model.safetensors')

test('a ControlNet from a graph, a folder or one file gives the reference picture, in both kinds of models', async () => {
  const [onnx, diffusers] = [await without('onnx'), await without('diffusers')]
  const file = join(folder, 'edges.safetensors')
  await symlink(weights, file)
  const graph = join(controlled, 'onnx', 'controlnet')
  const pairs = [
    [onnx, graph],
    [onnx, join(controlled, 'diffusers', 'controlnet')],
    [onnx, file],
    [diffusers, join(graph, 'model.onnx')],
    [diffusers, join(controlled, 'diffusers')],
  ] as const
  for (const [model, net] of pairs) {
    expect(levels(await made({ model, controls: [{ ...control, model: net }] }))).toBeLessThanOrEqual(1)
  }
})

test('an exported UNet that never heard of ControlNets is built anew to listen', async () => {
  const controls = [{ ...control, model: weights }]
  const rebuilt = (await made({ model: join(plain, 'onnx'), controls })) as Uint8Array
  const built = await made({ model: join(plain, 'diffusers'), controls })
  expect(levels(built, rebuilt)).toBeLessThanOrEqual(1)
  const silent = await made({ model: join(plain, 'onnx') })
  expect(levels(silent, rebuilt)).toBeGreaterThan(10)
  const none = await made({
    model: join(plain, 'onnx'),
    controls: [{ ...control, model: weights, scale: 0 }],
  })
  expect(levels(none, silent as Uint8Array)).toBeLessThanOrEqual(1)
})

test('several at once, each with its own net, beside the model’s own', async () => {
  const half = { ...control, scale: 0.5 }
  const twice = await made({ controls: [half, { ...half, model: weights }] })
  expect(levels(twice)).toBeLessThanOrEqual(1)
})

test('edges drawn from the picture are another picture to follow', async () => {
  const edges = await made({ controls: [{ ...control, preprocess: 'canny' }] })
  expect(levels(edges)).toBeGreaterThan(1)
})

test('what does not fit is refused by name', async () => {
  const model = join(pipelines, 'sdxl-tiny', 'onnx')
  const controls = [{ ...control, model: weights }]
  expect(await made({ model, width: 32, height: 32, controls })).toMatchObject({
    code: 'control-mismatch',
    control: weights,
  })
  const transformer = join(pipelines, 'zimage-tiny', 'onnx')
  expect(await made({ model: transformer, controls })).toMatchObject({ code: 'capability-missing' })
  const lora = join(referenceFolder(), 'checkpoints', 'lora', 'sd15-kohya.safetensors')
  expect(await made({ controls: [{ ...control, model: lora }] })).toMatchObject({
    code: 'model-unsupported',
    kind: 'controlnet',
  })
  const absent = join(folder, 'absent.safetensors')
  expect(await made({ controls: [{ ...control, model: absent }] })).toMatchObject({ code: 'path-not-found' })
})
