import { describe, expect, test } from 'vitest'
import { controlSchema, generateRequestSchema } from '../../contract/generation'
import type { Image } from '../../contract/image'
import type { Model, ModelOption } from '../../contract/model'
import {
  type Remembered,
  createDraftSchema,
  emptyCreateDraft,
  recall,
  requestOf,
  seedIsGood,
  withSeedOf,
} from './create-draft'

const model = (capabilities: Model['passport']['capabilities'], negativePrompt: boolean) =>
  ({
    id: 'starter',
    passport: { capabilities },
    limits: { negativePrompt, maximumSteps: 50 },
  }) as unknown as Model

const draft = { ...emptyCreateDraft, prompt: 'my own words', negativePrompt: 'fog', seed: '7', count: 3 }

describe('the request of a draft', () => {
  test('is one that the contract accepts', () => {
    expect(generateRequestSchema.parse(requestOf(draft, model(['text-to-image'], true), 'en'))).toMatchObject(
      {
        prompt: 'my own words',
        negativePrompt: 'fog',
        seed: '7',
        count: 3,
        model: 'starter',
      },
    )
  })

  test('has no seed when none is written, and never one from the draft of another model', () => {
    expect(requestOf({ ...draft, seed: '' }, model([], true), 'en')).not.toHaveProperty('seed')
  })

  test('leaves out what the model ignores', () => {
    const request = requestOf(
      { ...draft, image: { id: 'a', strength: 0.5 } },
      model(['text-to-image'], false),
      'en',
    )
    expect(request).not.toHaveProperty('negativePrompt')
    expect(request).not.toHaveProperty('image')
  })

  test('has words for further text encoders where the model has them, and none that are empty', () => {
    const further = { prompt2: 'oil paint', prompt3: ' ', negativePrompt2: 'fog' }
    const asked = (options: ModelOption[], reads: boolean) => {
      const plain = model(['text-to-image'], reads)
      const able = { ...plain, limits: { ...plain.limits, options } } as Model
      return requestOf({ ...draft, furtherPrompts: further }, able, 'en').furtherPrompts
    }
    expect(asked([], true)).toBeUndefined()
    expect(asked(['second-prompt', 'third-prompt'], true)).toEqual({
      prompt2: 'oil paint',
      negativePrompt2: 'fog',
    })
    expect(asked(['second-prompt'], false)).toEqual({ prompt2: 'oil paint' })
  })

  test('has pictures to follow where something follows them', () => {
    const control = controlSchema.parse({ image: 'a' })
    const asked = (ownControl: boolean, net?: string) => {
      const plain = model(['text-to-image'], true)
      const able = { ...plain, limits: { ...plain.limits, options: ['controls'], ownControl } } as Model
      return requestOf({ ...draft, controls: [{ ...control, model: net }] }, able, 'en').controls?.length
    }
    expect([asked(true), asked(false), asked(false, 'canny')]).toEqual([1, undefined, 1])
  })

  test('adds the style in the language of the interface', () => {
    const watercolour = { ...draft, style: 'watercolour' }
    expect(requestOf(watercolour, model([], true), 'en')).toMatchObject({
      prompt: 'my own words, watercolor painting',
    })
    expect(requestOf(watercolour, model([], true), 'id')).toMatchObject({
      prompt: 'my own words, lukisan cat air',
    })
  })
})

describe('recall', () => {
  const picture: Remembered = {
    prompt: 'a red boat',
    negativePrompt: '',
    model: 'other',
    width: 512,
    height: 768,
    seed: '99',
    steps: 12,
    guidanceScale: 3,
    scheduler: 'euler',
  }

  test('each button takes over its part and nothing else', () => {
    expect(recall(draft, picture, 'seed')).toEqual({ ...draft, seed: '99' })
    expect(recall(draft, picture, 'size')).toEqual({ ...draft, size: { width: 512, height: 768 } })
    expect(recall(draft, picture, 'prompt')).toEqual({ ...draft, prompt: 'a red boat', negativePrompt: '' })
    const request = generateRequestSchema.parse({
      kind: 'generate',
      prompt: 'a red boat',
      model: 'other',
      furtherPrompts: { prompt2: 'oil paint' },
    })
    expect(recall(draft, { ...picture, request }, 'prompt').furtherPrompts).toEqual({ prompt2: 'oil paint' })
  })

  test('all but the seed asks for a new one, all keeps it', () => {
    expect(recall(draft, picture, 'remix')).toMatchObject({
      prompt: 'a red boat',
      model: 'other',
      steps: 12,
      seed: '',
    })
    expect(recall(draft, picture, 'all')).toMatchObject({ prompt: 'a red boat', seed: '99', count: 3 })
  })

  test('the steps of a picture that began as another one are those asked for, not the part that was run', () => {
    const asked = { kind: 'generate', prompt: '', model: 'other', image: { id: 'a', strength: 0.6 } }
    const steps = (request: object) =>
      recall(draft, { ...picture, steps: 12, request: generateRequestSchema.parse(request) }, 'all').steps
    expect([steps({ ...asked, steps: 20 }), steps(asked)]).toEqual([20, null])
    expect(steps({ ...asked, image: undefined, steps: 12 })).toBe(12)
  })

  test('the seed of a variation is both of its seeds', () => {
    const asked = { kind: 'generate', prompt: '', model: 'other', variation: { seed: '5', strength: 0.2 } }
    const request = generateRequestSchema.parse(asked)
    const trying = { ...draft, variation: { seed: '1', strength: 0.5 } }
    expect(withSeedOf(trying, { ...picture, request } as unknown as Image)).toMatchObject({
      seed: '99',
      variation: { seed: '5', strength: 0.2 },
    })
    expect(withSeedOf(trying, picture as unknown as Image)).toEqual({ ...trying, seed: '99' })
  })

  test('a picture without a seed leaves the seed alone', () => {
    expect(recall(draft, { ...picture, seed: undefined }, 'seed')).toEqual(draft)
  })
})

test('an old or broken draft opens with what can be read of it', () => {
  expect(createDraftSchema.parse({ prompt: 'kept', count: 'many', size: 5 })).toEqual({
    ...emptyCreateDraft,
    prompt: 'kept',
  })
})

test('seeds go to 2^64-1', () => {
  expect(['', '0', '18446744073709551615', '18446744073709551616', '-1', '1.5'].map(seedIsGood)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ])
})
