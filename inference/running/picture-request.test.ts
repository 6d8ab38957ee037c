import { expect, test } from 'vitest'
import { flux } from '../pipelines/flux.ts'
import type { GenerateTask } from '../protocol.ts'
import { keepingSize, requestOf, sizeOf } from './picture-request.ts'
import { prepareSource } from './source-picture.ts'

const limits = {
  defaultWidth: 512,
  defaultHeight: 512,
  multiple: 8,
  minimum: 64,
  maximum: 1024,
  defaultSteps: 20,
  maximumSteps: 100,
  defaultGuidance: 7,
  negativePrompt: true,
  schedulers: ['auto'],
}
const task = (more: Partial<GenerateTask> = {}): GenerateTask => ({
  kind: 'generate',
  model: 'm',
  prompt: '',
  negativePrompt: '',
  scheduler: 'auto',
  seeds: ['1'],
  adapters: [],
  clipSkip: 0,
  ...more,
})
const picture = (width: number, height: number) => ({
  width,
  height,
  rgb: new Uint8Array(width * height * 3).fill(100),
  strength: 0.5,
  resize: 'crop' as const,
})

test.each([
  ['the model decides', {}, [512, 512]],
  ['asked', { width: 640, height: 384 }, [640, 384]],
  ['one side asked', { width: 640 }, [640, 512]],
  ['a picture gives its size, rounded down', { image: picture(333, 500) }, [328, 496]],
  ['a large picture shrinks in proportion', { image: picture(2000, 1000) }, [1024, 512]],
  ['a small one grows', { image: picture(32, 40) }, [64, 80]],
])('size: %s', (_, more, [width, height]) => {
  expect(sizeOf(task(more), limits)).toEqual({ width, height })
})

test.each([0, -8, 63, 100, 1032, 100_000])('a side of %d is refused with what would do', (width) => {
  expect(() => sizeOf(task({ width }), limits)).toThrow(
    expect.objectContaining({
      failure: { code: 'size-unsupported', width, height: 512, minimum: 64, maximum: 1024, multiple: 8 },
    }),
  )
})

test('a mask without a picture, and bytes that do not fit the size', () => {
  const mask = { width: 8, height: 8, gray: new Uint8Array(64), feather: 0, onlyMasked: false, padding: 0 }
  const size = { width: 64, height: 64 }
  expect(() => prepareSource(task({ mask }), size)).toThrow(
    expect.objectContaining({ failure: { code: 'picture-required' } }),
  )
  const image = { ...picture(8, 8), rgb: new Uint8Array(5) }
  expect(() => prepareSource(task({ image }), size)).toThrow(
    expect.objectContaining({ failure: { code: 'picture-unreadable', name: '8x8' } }),
  )
})

test('only the masked part is worked on, and comes back in its place', () => {
  const gray = new Uint8Array(200 * 100)
  for (let y = 40; y < 60; y++) for (let x = 150; x < 170; x++) gray[y * 200 + x] = 255
  const mask = { width: 200, height: 100, gray, feather: 0, onlyMasked: true, padding: 4 }
  const { inputs, finish } = prepareSource(task({ image: picture(200, 100), mask }), {
    width: 64,
    height: 64,
  })
  expect(inputs.image).toMatchObject({ width: 64, height: 64 })
  // 20 of 28 pixels each side are masked.
  const share = (inputs.mask?.data.reduce((sum, value) => sum + value, 0) ?? 0) / 64 ** 2
  expect(share).toBeGreaterThan(0.45)
  expect(share).toBeLessThan(0.57)
  const painted = { width: 64, height: 64, channels: 3 as const, data: new Uint8Array(64 * 64 * 3).fill(250) }
  const result = finish(painted)
  expect(result).toMatchObject({ width: 200, height: 100 })
  const at = (x: number, y: number) => result.data[(y * 200 + x) * 3]
  expect([at(160, 50), at(149, 50), at(10, 10)]).toEqual([250, 100, 100])
})

test('a picture that the model cannot take as it is keeps its size: only what is masked is worked on', () => {
  const mask = { width: 8, height: 8, gray: new Uint8Array(64), feather: 0, onlyMasked: false, padding: 0 }
  const fixed = { ...limits, onlySize: { width: 512, height: 512 } }
  const regionOnly = (more: Partial<GenerateTask>, of = limits) =>
    keepingSize(task({ mask, ...more }), of).mask?.onlyMasked
  expect(regionOnly({ image: picture(320, 240) }, fixed)).toBe(true)
  expect(regionOnly({ image: picture(321, 240) })).toBe(true)
  expect(regionOnly({ image: picture(320, 240) })).toBe(false)
  // A size that was asked for is what is made.
  expect(regionOnly({ image: picture(321, 240), width: 512, height: 512 })).toBe(false)
})

test('a mask that marks nothing is said, not painted over', () => {
  const mask = { width: 8, height: 8, gray: new Uint8Array(64), feather: 0, onlyMasked: true, padding: 0 }
  expect(() => prepareSource(task({ image: picture(64, 64), mask }), { width: 64, height: 64 })).toThrow(
    expect.objectContaining({ failure: { code: 'mask-empty' } }),
  )
})

test('a graph of one size says which', () => {
  const fixed = { ...limits, onlySize: { width: 512, height: 768 }, minimum: 512, maximum: 768 }
  expect(sizeOf(task({ width: 512, height: 768 }), fixed)).toEqual({ width: 512, height: 768 })
  expect(sizeOf(task({ image: picture(1000, 300) }), { ...fixed, defaultHeight: 768 })).toEqual({
    width: 512,
    height: 768,
  })
  expect(() => sizeOf(task({ width: 512, height: 512 }), fixed)).toThrow(
    expect.objectContaining({
      failure: { code: 'size-fixed', width: 512, height: 512, onlyWidth: 512, onlyHeight: 768 },
    }),
  )
})

const model = { family: flux, parts: { path: 'm', index: {}, components: {}, tokenizers: {}, manifest: {} } }
const size = { width: 512, height: 512 }

test('guidance beyond the scale reaches the pipeline in its words', () => {
  const options = ['true-guidance', 'prompt-length', 'size-conditioning', 'guidance-rescale'] as const
  const able = { ...limits, options: [...options] }
  const guidance = {
    trueScale: 4,
    promptLength: 128,
    rescale: 0.7,
    sizes: { original: { width: 640, height: 480 }, crop: { left: 8, top: 16 } },
    negativeSizes: { target: { width: 64, height: 32 } },
  }
  expect(requestOf(task({ guidance }), model, able, size)).toMatchObject({
    trueGuidanceScale: 4,
    maxSequenceLength: 128,
    guidanceRescale: 0.7,
    originalSize: [480, 640],
    cropTopLeft: [16, 8],
    negativeTargetSize: [32, 64],
    // True guidance is against something, if only the empty prompt.
    negativePrompt: '',
  })
  expect(requestOf(task(), model, able, size)).not.toHaveProperty('negativePrompt')
})

test.each([
  [{ clipSkip: 1 }, 'clip-skip'],
  [{ guidance: { rescale: 0.5 } }, 'guidance-rescale'],
  [{ guidance: { truncation: 0 } }, 'guidance-truncation'],
  [{ guidance: { normalisation: 1 } }, 'guidance-normalisation'],
  [{ guidance: { trueScale: 2 } }, 'true-guidance'],
  [{ guidance: { sizes: {} } }, 'size-conditioning'],
  [{ furtherPrompts: { prompt2: 'sea' } }, 'second-prompt'],
  [{ furtherPrompts: { negativePrompt3: 'sea' } }, 'third-prompt'],
])('what a family has no use for is refused: %o', (more, capability) => {
  expect(() => requestOf(task(more), model, { ...limits, options: [] }, size)).toThrow(
    expect.objectContaining({ failure: { code: 'capability-missing', model: 'm', capability } }),
  )
})

test('words of further encoders reach the pipeline; those left empty are nobody’s words', () => {
  const able = { ...limits, options: ['second-prompt' as const] }
  const asked = (furtherPrompts: object) => requestOf(task({ furtherPrompts }), model, able, size)
  expect(asked({ prompt2: 'sea', prompt3: '' })).toMatchObject({ prompt2: 'sea' })
  expect(asked({ prompt2: '' })).not.toHaveProperty('prompt2')
  // SDXL takes no negative prompt at all for zeros, whatever its second encoder is told.
  expect(asked({ negativePrompt2: 'fog' })).toMatchObject({ negativePrompt: '', negativePrompt2: 'fog' })
})
