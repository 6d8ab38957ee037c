import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createGenerator } from '../random.ts'
import type { FromInference, RestoreTask } from '../protocol.ts'
import { runUpscale } from './upscale.ts'

const shipped = join(import.meta.dirname, '..', '..', 'models', 'restore')
const runtime = { executionProvider: 'cpu', threads: 1, memoryCeiling: 0 } as const
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sanggar-restore-'))
})
afterAll(() => rm(folder, { recursive: true }))

const [width, height] = [96, 80]
const clean = Uint8Array.from({ length: width * height * 3 }, (_, i) =>
  Math.trunc(i / 3) % width < 48 ? 70 : 180,
)
const noise = createGenerator('5').randn(clean.length)
const noisy = Uint8Array.from(clean, (value, i) =>
  Math.min(255, Math.max(0, value + 20 * (noise[i] as number))),
)

async function restore(more: Partial<RestoreTask> = {}) {
  const messages: FromInference[] = []
  const task: RestoreTask = {
    kind: 'restore',
    model: shipped,
    strength: 1,
    image: { width, height, rgb: noisy },
    ...more,
  }
  await runUpscale(task, {
    id: 'r',
    runtime,
    send: (message) => void messages.push(message),
    pause: () => Promise.resolve(),
  })
  const picture = messages.find((message) => message.type === 'picture')
  if (picture === undefined) throw new Error('no picture')
  return picture
}

const error = (rgb: Uint8Array): number =>
  Math.sqrt(rgb.reduce((sum, value, i) => sum + (value - (clean[i] as number)) ** 2, 0) / rgb.length)

test('finds the level of the noise and takes most of it away', async () => {
  const { image, record } = await restore()
  expect(error(noisy)).toBeGreaterThan(18)
  expect(error(image.rgb)).toBeLessThan(7)
  const [note] = record.notes
  expect(note?.code).toBe('noise-found')
  expect(Number(note?.detail)).toBeGreaterThan(15)
  expect(Number(note?.detail)).toBeLessThan(25)
})

test('strength 0 and an empty mask leave the picture as it is', async () => {
  expect((await restore({ strength: 0 })).image.rgb).toEqual(noisy)
  const mask = { width, height, gray: new Uint8Array(width * height) }
  expect((await restore({ mask })).image.rgb).toEqual(noisy)
})

test('a folder that names graphs outside itself is refused', async () => {
  const broken = join(folder, 'broken')
  await cp(shipped, broken, { recursive: true })
  await writeFile(join(broken, 'manifest.json'), JSON.stringify({ graphs: { noiseLevel: '../x.onnx' } }))
  await expect(restore({ model: broken })).rejects.toMatchObject({
    failure: { code: 'model-folder-incomplete' },
  })
})
