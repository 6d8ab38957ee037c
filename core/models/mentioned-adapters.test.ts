import { expect, test } from 'vitest'
import { generateRequestSchema } from '../../contract/generation.ts'
import type { Model } from '../../contract/model.ts'
import { mentionedAdapters } from './mentioned-adapters.ts'

const model = (id: string, kind: Model['passport']['kind'], path: string, layout = 'single-file') =>
  ({ id, name: id, state: 'ready', passport: { kind, path, layout, family: 'sd1' } }) as unknown as Model
const models = [
  model('ink-1', 'adapter', '/m/Ink Wash.safetensors'),
  model('hand-2', 'embedding', '/m/bad-hands.safetensors'),
  model('sd', 'pipeline', '/m/ink.safetensors'),
  model('starter', 'pipeline', '/m/starter', 'onnx-folder'),
]
const mentioned = (prompt: string, more: object = {}) =>
  mentionedAdapters(generateRequestSchema.parse({ kind: 'generate', prompt, model: 'sd', ...more }), models)

test('a LoRA by its file’s name, whatever its case, with its strength', () => {
  expect(mentioned('a boat <lora:ink wash:0.6>')).toEqual([{ id: 'ink-1', scale: 0.6 }])
  expect(mentioned('a boat <lora:ink-1>')).toEqual([{ id: 'ink-1', scale: 1 }])
  expect(mentioned('x <lora:ink wash:99>')).toEqual([{ id: 'ink-1', scale: 4 }])
})

test('the prompt wins over the picker, and the rest of the picker stays', () => {
  const adapters = [{ id: 'ink-1', scale: 1 }]
  expect(mentioned('a boat', { adapters })).toEqual(adapters)
  expect(mentioned('a boat <lora:ink-1:0.3>', { adapters })).toEqual([{ id: 'ink-1', scale: 0.3 }])
})

test('a model of another kind is no adapter, and one that is not here is said', () => {
  expect(() => mentioned('<lora:sd:1>')).toThrow(
    expect.objectContaining({ failure: { code: 'model-not-found', model: 'sd' } }),
  )
})

test('learned words are found as whole words, in the negative prompt too', () => {
  expect(mentioned('a hand', { negativePrompt: 'ugly, bad-hands' })).toEqual([{ id: 'hand-2', scale: 1 }])
  expect(mentioned('embedding:bad-hands')).toEqual([{ id: 'hand-2', scale: 1 }])
  expect(mentioned('not-bad-handsome')).toEqual([])
})

test('in a folder of graphs only what is called an embedding is one', () => {
  const onnx = { ...model('graphs', 'pipeline', '/m/graphs', 'onnx-folder') }
  const asked = (prompt: string) =>
    mentionedAdapters(generateRequestSchema.parse({ kind: 'generate', prompt, model: 'graphs' }), [
      ...models,
      onnx,
    ])
  expect(asked('bad-hands')).toEqual([])
  expect(asked('embedding:bad-hands')).toEqual([{ id: 'hand-2', scale: 1 }])
})
