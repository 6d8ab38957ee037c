import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createGenerator } from '../random.ts'
import type { FromInference, RestoreTask } from '../protocol.ts'
import { checkEnlarged, runEnhance } from './enhance.ts'

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

const wholeTask = (): RestoreTask => ({
  kind: 'restore',
  model: shipped,
  strength: 1,
  noise: 'auto',
  jpeg: 'auto',
  colour: 'auto',
  image: { width, height, rgb: noisy },
})

async function restore(more: Partial<RestoreTask> = {}, pause = () => Promise.resolve()) {
  const messages: FromInference[] = []
  const task = { ...wholeTask(), ...more }
  await runEnhance(task, { id: 'r', runtime, send: (message) => void messages.push(message), pause })
  const picture = messages.find((message) => message.type === 'picture')
  if (picture === undefined) throw new Error('no picture')
  return picture
}

const error = (rgb: Uint8Array): number =>
  Math.sqrt(rgb.reduce((sum, value, i) => sum + (value - (clean[i] as number)) ** 2, 0) / rgb.length)

test('finds the level of the noise and takes most of it away', async () => {
  const { image, record } = await restore()
  expect(error(noisy)).toBeGreaterThan(18)
  expect(error(image.rgb)).toBeLessThan(6)
  const [note] = record.notes
  expect(note?.code).toBe('noise-found')
  expect(Number(note?.detail)).toBeGreaterThan(15)
  expect(Number(note?.detail)).toBeLessThan(25)
})

test('strength 0 and every part switched off leave the picture as it is', async () => {
  expect((await restore({ strength: 0 })).image.rgb).toEqual(noisy)
  const mask = { width, height, gray: new Uint8Array(width * height) }
  const { image, record } = await restore({ mask, noise: 'off' })
  expect(image.rgb).toEqual(noisy)
  expect(record.notes).toEqual([{ code: 'nothing-to-restore', detail: '' }])
})

test('half the strength is half the way', async () => {
  const [whole, half] = [(await restore()).image.rgb, (await restore({ strength: 0.5 })).image.rgb]
  const between = (at: number): number => ((noisy[at] as number) + (whole[at] as number)) / 2
  expect(half.every((value, at) => Math.abs(value - between(at)) <= 0.5)).toBe(true)
})

test('what is painted white is filled from around it, whatever the strength; a mask of half the size fits', async () => {
  const scratched = clean.slice()
  const gray = new Uint8Array((width * height) / 4)
  for (let y = 0; y < height; y++) scratched.fill(255, (y * width + 20) * 3, (y * width + 24) * 3)
  for (let y = 0; y < height / 2; y++) gray.fill(255, (y * width) / 2 + 10, (y * width) / 2 + 12)
  const mask = { width: width / 2, height: height / 2, gray }
  const image = { width, height, rgb: scratched }
  const { image: made, record } = await restore({ image, mask, strength: 0 })
  expect(error(scratched)).toBeGreaterThan(30)
  expect(error(made.rgb)).toBeLessThan(1)
  expect(record.notes[0]).toEqual({ code: 'scratches-filled', detail: '4.2 %' })
})

test('a cancel between two tiles or rounds is heard', async () => {
  const stop = () => Promise.reject(new Error('stopped'))
  await expect(restore({}, stop)).rejects.toThrow('stopped')
})

test('a folder that names graphs outside itself is refused', async () => {
  const broken = join(folder, 'broken')
  await cp(shipped, broken, { recursive: true })
  await writeFile(join(broken, 'manifest.json'), JSON.stringify({ graphs: { noiseLevel: '../x.onnx' } }))
  await expect(restore({ model: broken })).rejects.toMatchObject({
    failure: { code: 'model-folder-incomplete' },
  })
})

test('what would be too large is refused before anything is computed', () => {
  expect(() => checkEnlarged({ width: 8000, height: 6000 }, 2)).not.toThrow()
  expect(() => checkEnlarged({ width: 8000, height: 6000 }, 4)).toThrow(
    'enlargement-too-large (width 32000, height 24000, megapixels 768, limit 256)',
  )
})

test('progress goes through the parts once, those that are switched off do not count', async () => {
  const told = async (more: Partial<RestoreTask>) => {
    const steps: number[] = []
    const send = (message: FromInference) => {
      if (message.type !== 'progress') return
      expect(message.stage).toBe('enhancing')
      if (message.steps > 0) steps.push(message.step / message.steps)
    }
    const task = { ...wholeTask(), ...more }
    await runEnhance(task, { id: 'p', runtime, send, pause: () => Promise.resolve() })
    return steps
  }
  // One tile each: JPEG's part is passed over, noise is the second of two, or the only one.
  expect(await told({ jpeg: 'on' })).toEqual([0.5, 1])
  expect(await told({ jpeg: 'auto' })).toEqual([1])
  expect(await told({ jpeg: 'off' })).toEqual([1])
})
