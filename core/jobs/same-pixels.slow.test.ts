import path from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JobRequestInput } from '../../contract/generation.ts'
import { type RealStudio, openRealStudio } from '../testing/real-studio.ts'

const reference = fileURLToPath(new URL('../../reference/data', import.meta.url))
const pipeline = path.join(reference, 'pipelines', 'sd15-tiny')
/** One model, three ways to come by it. */
const layouts = {
  'ONNX folder': path.join(pipeline, 'onnx'),
  'diffusers folder': path.join(pipeline, 'diffusers'),
  'single file': path.join(reference, 'checkpoints', 'single_file', 'sd15-tiny.safetensors'),
}

let studio: RealStudio
beforeAll(async () => {
  studio = await openRealStudio()
  await studio.call('settings.change', { precision: 'exact' })
})
afterAll(() => studio.close())

async function levels(model: string, more: Partial<JobRequestInput>): Promise<Uint8Array> {
  const request = {
    kind: 'generate',
    model,
    prompt: 'a red boat (on a calm sea:1.2)',
    negativePrompt: 'grey',
    seed: '11',
    count: 1,
    width: 64,
    height: 64,
    steps: 4,
    guidanceScale: 5,
    scheduler: 'euler',
    ...more,
  } as JobRequestInput
  const job = await studio.run(request)
  expect(job).toMatchObject({ state: 'done' })
  return sharp(await studio.png(job.images[0] ?? ''))
    .removeAlpha()
    .raw()
    .toBuffer()
}

async function added(layout: keyof typeof layouts): Promise<string> {
  const id = await studio.addModel(layouts[layout])
  if (layout !== 'single file') return id
  // A network of other proportions than the published ones: what the shapes do not tell is in the folder.
  await studio.call('models.override', { id, override: { companion: layouts['diffusers folder'] } })
  return id
}

test('a single file, a diffusers folder and an ONNX folder of one model: the same pixels within a level', async () => {
  const image = await studio.bringIn('input', new Uint8Array(await painted()))
  const requests: Partial<JobRequestInput>[] = [{}, { image: { id: image, strength: 0.6 } }]
  const pictures: Uint8Array[][] = []
  for (const layout of ['ONNX folder', 'diffusers folder', 'single file'] as const) {
    const model = await added(layout)
    const made: Uint8Array[] = []
    for (const more of requests) made.push(await levels(model, more))
    pictures.push(made)
  }
  const [wanted = [], ...others] = pictures
  for (const [i, picture] of wanted.entries()) {
    expect(new Set(picture).size).toBeGreaterThan(20)
    for (const other of others) {
      const apart = picture.map((level, at) => Math.abs(level - (other[i]?.[at] ?? 255)))
      expect(Math.max(...apart)).toBeLessThanOrEqual(1)
    }
  }
  // The two requests do not make one picture.
  expect(wanted[0]).not.toEqual(wanted[1])
}, 240_000)

function painted(): Promise<Buffer> {
  const data = Buffer.from(Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7) % 251))
  return sharp(data, { raw: { width: 64, height: 64, channels: 3 } })
    .png()
    .toBuffer()
}
