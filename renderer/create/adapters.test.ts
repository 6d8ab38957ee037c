import { expect, test } from 'vitest'
import type { Model } from '../../contract/model'
import { adaptersOf, hasStrength } from './adapters'

test('LoRA, learned words and autoencoders are offered; an autoencoder has no strength', () => {
  const model = (kind: string, state = 'ready') => ({ state, passport: { kind } }) as Model
  const here = [model('adapter'), model('embedding'), model('vae')]
  expect(adaptersOf([model('pipeline'), ...here, model('vae', 'missing')])).toEqual(here)
  expect(here.map(hasStrength)).toEqual([true, true, false])
})
