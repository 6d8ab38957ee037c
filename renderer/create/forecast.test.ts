import { expect, test } from 'vitest'
import type { Model } from '../../contract/model'
import { emptyCreateDraft } from './create-draft'
import { pickModel } from './current-model'
import { forecast } from './forecast'

const model = {
  id: 'a',
  state: 'ready',
  passport: { capabilities: ['text-to-image'] },
  limits: { defaultSteps: 8, defaultWidth: 256, defaultHeight: 256 },
  millisecondsPerPicture: 1000,
} as unknown as Model

test('time grows with pictures, steps and pixels', () => {
  expect(forecast(emptyCreateDraft, model)).toBe(1000)
  expect(forecast({ ...emptyCreateDraft, count: 3, steps: 16 }, model)).toBe(6000)
  expect(forecast({ ...emptyCreateDraft, size: { width: 512, height: 256 } }, model)).toBe(2000)
  expect(forecast({ ...emptyCreateDraft, image: { id: 'x', strength: 0.5 } }, model)).toBe(500)
})

test('nothing is promised before something was measured', () => {
  const { millisecondsPerPicture: _measured, ...unmeasured } = model
  expect(forecast(emptyCreateDraft, unmeasured as Model)).toBeUndefined()
})

test('the model: the draft’s, else the settings’, else the first that is ready', () => {
  const away = { ...model, id: 'away', state: 'missing' } as Model
  const other = { ...model, id: 'b' }
  expect(pickModel([away, model, other], 'b', 'a')?.id).toBe('b')
  expect(pickModel([away, model, other], 'away', 'b')?.id).toBe('b')
  expect(pickModel([away, model, other], '', '')?.id).toBe('a')
  expect(pickModel([away], '')).toBeUndefined()
})
