import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { referenceFolder } from '../../reference/group-list.ts'
import { readModelFolder } from '../model-folder.ts'
import { ModelSessions } from '../model-sessions.ts'
import { createGenerator } from '../random.ts'
import type { LatentCheckpoint } from './denoise.ts'
import { makePicture } from './make-picture.ts'
import type { PictureRequest, RunContext } from './pipeline.ts'
import { familyOf } from './registry.ts'

// Whole networks are loaded here; a busy machine takes its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const opened: ModelSessions[] = []
afterAll(async () => {
  for (const sessions of opened) await sessions.releaseAll()
})

async function open(name: string, policy: 'keep' | 'after-use' = 'keep') {
  const parts = await readModelFolder(join(referenceFolder(), 'pipelines', name, 'onnx'))
  const sessions = new ModelSessions(parts, { executionProvider: 'cpu', threads: 1, policy })
  opened.push(sessions)
  return { sessions, family: familyOf(parts), parts }
}

function contextOf(sessions: ModelSessions, generator = createGenerator('3')): RunContext {
  return {
    sessions,
    noise: generator,
    pause: () => Promise.resolve(),
    stage: () => undefined,
    note: () => undefined,
  }
}

const request: PictureRequest = {
  prompt: 'a red cat',
  width: 64,
  height: 64,
  steps: 6,
  guidanceScale: 7.5,
  scheduler: {
    _class_name: 'EulerAncestralDiscreteScheduler',
    beta_start: 0.00085,
    beta_end: 0.012,
    beta_schedule: 'scaled_linear',
  },
}
const multistep = {
  ...request.scheduler,
  _class_name: 'DPMSolverMultistepScheduler',
  algorithm_type: 'sde-dpmsolver++',
}
const image = {
  width: 64,
  height: 64,
  channels: 3,
  data: createGenerator('9')
    .randn(64 * 64 * 3)
    .map(Math.tanh),
}
const mask = {
  width: 64,
  height: 64,
  channels: 1,
  data: new Float32Array(64 * 64).map((_, i) => (i % 64 < 32 ? 1 : 0)),
}

test.each([
  ['noise in every step', request],
  ['a scheduler with a history', { ...request, scheduler: multistep }],
  ['inpainting', { ...request, image, mask, strength: 0.9 }],
])('a run goes on from a snapshot to the bit: %s', async (_, asked) => {
  const { sessions, family, parts } = await open('sd15-tiny')
  const generator = createGenerator('3')
  let snapshot: LatentCheckpoint | undefined
  const whole = await makePicture(family, parts, contextOf(sessions, generator), asked, {
    onStep: (step) => {
      if (step.step === 3) snapshot = step.checkpoint(generator.state())
    },
  })
  expect(snapshot?.generator).toBeDefined()
  const other = createGenerator('3')
  let steps = 0
  const resumed = await makePicture(family, parts, contextOf(sessions, other), asked, {
    onStep: () => {
      steps += 1
    },
    resume: {
      checkpoint: snapshot as LatentCheckpoint,
      restoreNoise: () => other.restore((snapshot as Required<LatentCheckpoint>).generator),
    },
  })
  expect(steps).toBe(whole.steps - 3)
  expect(resumed.latents).toEqual(whole.latents)
  expect(resumed.planes.data).toEqual(whole.planes.data)
})

test('freeing each component after use gives the same picture and leaves nothing open', async () => {
  const kept = await open('zimage-tiny')
  const freed = await open('zimage-tiny', 'after-use')
  const asked = { ...request, guidanceScale: 4, scheduler: kept.parts.scheduler ?? {} }
  const a = await makePicture(kept.family, kept.parts, contextOf(kept.sessions), asked)
  const b = await makePicture(freed.family, freed.parts, contextOf(freed.sessions), asked)
  expect(b.planes.data).toEqual(a.planes.data)
  expect(kept.sessions.isOpen('transformer')).toBe(true)
  for (const name of ['text_encoder', 'transformer', 'vae_decoder'] as const) {
    expect(freed.sessions.isOpen(name)).toBe(false)
  }
})

test('a large picture under a small ceiling is decoded in tiles, and one too small for the model is refused', async () => {
  const { parts, family } = await open('sd15-tiny')
  const under = async (memoryCeiling: number) => {
    const sessions = new ModelSessions(parts, {
      executionProvider: 'cpu',
      threads: 1,
      policy: 'after-use',
      memoryCeiling,
    })
    opened.push(sessions)
    const notes: string[] = []
    const context = {
      ...contextOf(sessions),
      note: (code: string, detail: string) => notes.push(`${code} ${detail}`),
    }
    return { notes, ...(await makePicture(family, parts, context, { ...request, steps: 2, width: 640 })) }
  }
  const whole = await under(0)
  const tiled = await under(4_000_000)
  expect(whole.notes).toEqual([])
  expect(tiled.notes).toEqual([expect.stringMatching(/^decoded-in-tiles 1x2, \d+ px$/)])
  expect(tiled.latents).toEqual(whole.latents)
  expect(tiled.planes).toMatchObject({ width: 640, height: 64 })
  // Group norms see other pixels in a tile, so the numbers differ; the picture must not.
  const difference = tiled.planes.data.map((value, i) => Math.abs(value - (whole.planes.data[i] ?? NaN)))
  expect(difference.reduce((sum, value) => sum + value, 0) / difference.length).toBeLessThan(0.1)
  await expect(under(500_000)).rejects.toMatchObject({ failure: { code: 'out-of-memory', stage: 'unet' } })
})

test('two ControlNets add up, and outside its window one does nothing', async () => {
  const { sessions, family, parts } = await open('controlnet-sd15-tiny')
  const control = { image: { ...image, data: image.data.map((value) => value / 2 + 0.5) }, start: 0, end: 1 }
  const latents = async (more: Partial<PictureRequest>) =>
    (await makePicture(family, parts, contextOf(sessions), { ...request, ...more })).latents
  const once = await latents({ controls: [{ ...control, scale: 1 }] })
  const twoHalves = await latents({
    controls: [
      { ...control, scale: 0.5 },
      { ...control, scale: 0.5 },
    ],
  })
  const other = parts.components.controlnet
  const own = {
    ...parts,
    components: { ...parts.components, ...(other === undefined ? {} : { controlnet_1: other }) },
  }
  const ownSessions = new ModelSessions(own, { executionProvider: 'cpu', threads: 1, policy: 'keep' })
  opened.push(ownSessions)
  const half = { ...control, scale: 0.5 }
  const twoNets = await makePicture(family, own, contextOf(ownSessions), {
    ...request,
    controls: [half, half],
  })
  expect(ownSessions.isOpen('controlnet_1')).toBe(true)
  expect(twoNets.latents).toEqual(twoHalves)
  const never = await latents({ controls: [{ ...control, scale: 1, start: 1 }] })
  const without = await latents({})
  const largest = (a: Float32Array, b: Float32Array) =>
    a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? NaN))), 0)
  expect(largest(once, twoHalves)).toBeLessThan(1e-2)
  expect(largest(once, without)).toBeGreaterThan(1)
  expect(never).toEqual(without)
})

test('weights of 1 are the plain prompt; others change the picture', async () => {
  const { sessions, family, parts } = await open('sdxl-tiny')
  const made = async (prompt: string, promptSyntax: 'plain' | 'weighted') =>
    (await makePicture(family, parts, contextOf(sessions), { ...request, prompt, promptSyntax })).latents
  expect(await made('a red cat', 'weighted')).toEqual(await made('a red cat', 'plain'))
  expect(await made('a (red:1.5) cat', 'weighted')).not.toEqual(await made('a red cat', 'weighted'))
})
