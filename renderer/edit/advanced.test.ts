import { expect, test } from 'vitest'
import type { Model } from '../../contract/model'
import { editDraftSchema } from '../state/studio'
import { advancedOf, isAdvanced } from './advanced'

const model = (negativePrompt: boolean) =>
  ({ limits: { negativePrompt, maximumSteps: 12 } }) as unknown as Model
const nothing = editDraftSchema.parse({})
const all = { negativePrompt: 'fog', steps: 40, guidanceScale: 3, seed: '7' }

test('what is set is asked for, as far as the model goes; what is not is left to it', () => {
  expect(advancedOf(nothing, model(true))).toEqual({})
  expect(advancedOf(all, model(true))).toEqual({ ...all, steps: 12 })
  expect(advancedOf(all, model(false))).toEqual({ steps: 12, guidanceScale: 3, seed: '7' })
  expect([nothing, { ...nothing, seed: '7' }].map(isAdvanced)).toEqual([false, true])
})
