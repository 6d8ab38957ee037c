import { expect, test } from 'vitest'
import { parseParameters } from './parameters-text.ts'

const settings = (more: string) => parseParameters(`a boat\nSteps: 20, Sampler: Euler a, Seed: 7, ${more}`)

test('clip skip counts from 1 in other programs, and 1 is none', () => {
  expect(settings('Clip skip: 2')).toMatchObject({ clipSkip: 1 })
  expect(settings('Clip skip: 1')).not.toHaveProperty('clipSkip')
  expect(settings('Clip skip: many')).not.toHaveProperty('clipSkip')
})

test('the distilled guidance is the model’s, the other one the true guidance', () => {
  expect(settings('CFG scale: 1, Distilled CFG Scale: 3.5')).toMatchObject({ guidanceScale: 3.5 })
  expect(settings('CFG scale: 1, Distilled CFG Scale: 3.5')).not.toHaveProperty('guidance')
  expect(settings('CFG scale: 4, Distilled CFG Scale: 3.5')).toMatchObject({
    guidanceScale: 3.5,
    guidance: { trueScale: 4 },
  })
  expect(settings('CFG scale: 7, CFG Rescale: 0.7')).toMatchObject({
    guidanceScale: 7,
    guidance: { rescale: 0.7 },
  })
  expect(settings('CFG scale: 7, CFG Rescale: 7')).not.toHaveProperty('guidance')
})

test('words of further text encoders come back as they were written, commas and lines and all', () => {
  const words = 'a "blue", calm\nsea: wide'
  expect(settings(`Prompt2: ${JSON.stringify(words)}, Negative2: fog, CFG scale: 7`)).toMatchObject({
    furtherPrompts: { prompt2: words, negativePrompt2: 'fog' },
  })
  expect(settings('CFG scale: 7')).not.toHaveProperty('furtherPrompts')
})
