import { expect, test } from 'vitest'
import type { Model } from '../../contract/model'
import { emptyCreateDraft } from './create-draft'
import { pickModel } from './current-model'
import { isTooMuch, itemsOf } from './forecast'

const model = {
  id: 'a',
  state: 'ready',
  passport: { capabilities: ['text-to-image', 'image-to-image'] },
  limits: {
    defaultSteps: 8,
    defaultWidth: 256,
    defaultHeight: 256,
    minimum: 64,
    maximum: 512,
    multiple: 8,
  },
} as unknown as Model

test('a forecast is asked for what will really be made', () => {
  const usual = { model: 'a', width: 256, height: 256, steps: 8, finish: 'auto', count: 1 }
  expect(itemsOf(emptyCreateDraft, model, null)).toEqual([usual])
  expect(itemsOf({ ...emptyCreateDraft, count: 3, steps: 16 }, model, null)).toEqual([
    { ...usual, count: 3, steps: 16 },
  ])
  expect(itemsOf({ ...emptyCreateDraft, image: { id: 'x', strength: 0.5 } }, model, null)).toEqual([
    { ...usual, steps: 4 },
  ])
})

test('what begins as another picture has its size, and begins so only where the model can', () => {
  const draft = { ...emptyCreateDraft, image: { id: 'x', strength: 0.5 } }
  const source = { width: 400, height: 300 }
  expect(itemsOf(draft, model, null, source)).toMatchObject([{ width: 400, height: 296, steps: 4 }])
  const unable = { ...model, passport: { ...model.passport, capabilities: [] } } as Model
  expect(itemsOf(draft, unable, null, source)).toMatchObject([{ width: 256, height: 256, steps: 8 }])
})

test('a series is all of its pictures; one that cannot be made is none', () => {
  const cells = [4, 32].map((steps) => ({ value: '', draft: { ...emptyCreateDraft, steps }, model }))
  expect(itemsOf(emptyCreateDraft, model, { cells }).map(({ steps }) => steps)).toEqual([4, 32])
  expect(itemsOf(emptyCreateDraft, model, { problem: 'few' })).toEqual([])
})

test('too much is what may not be used, not what is busy now', () => {
  const forecast = { basis: 'measured' as const, memoryLimit: 100, memoryFree: 10 }
  expect(isTooMuch({ ...forecast, memory: 50 })).toBe(false)
  expect(isTooMuch({ ...forecast, memory: 101 })).toBe(true)
  expect(isTooMuch(forecast)).toBe(false)
})

test('the model: the draft’s, else the settings’, else the first that is ready', () => {
  const away = { ...model, id: 'away', state: 'missing' } as Model
  const other = { ...model, id: 'b' }
  expect(pickModel([away, model, other], 'b', 'a')?.id).toBe('b')
  expect(pickModel([away, model, other], 'away', 'b')?.id).toBe('b')
  expect(pickModel([away, model, other], '', '')?.id).toBe('a')
  expect(pickModel([away], '')).toBeUndefined()
})
