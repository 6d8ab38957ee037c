import { expect, test } from 'vitest'
import { generateRequestSchema } from '../../contract/generation'
import type { Image } from '../../contract/image'
import type { Model } from '../../contract/model'
import { turnOf, variationRequest } from './vary'

const model = (id: string, ...capabilities: string[]) =>
  ({ id, state: 'ready', passport: { family: 'sd1', capabilities } }) as unknown as Model
const models = [model('starter', 'text-to-image', 'image-to-image')]
const request = generateRequestSchema.parse({
  kind: 'generate',
  prompt: 'a boat',
  model: 'starter',
  seed: '10',
  count: 3,
  steps: 12,
  batch: { id: 'b', axis: 'steps', index: 1, total: 3, value: '12' },
})
const image = { id: 'p', prompt: 'a boat', negativePrompt: '', seed: '12', request } as unknown as Image

const { request: _request, ...withoutRequest } = image

test('a picture from a seed: its own seed, turned towards others, everything else as it was', () => {
  const found = variationRequest(image, 'subtle', models, '99')
  expect(generateRequestSchema.parse(found)).toMatchObject({
    seed: '12',
    steps: 12,
    count: 4,
    variation: { seed: '99', strength: 0.15 },
  })
  expect(found).not.toHaveProperty('batch')
  expect(variationRequest(image, 'strong', models, '99')).toMatchObject({ variation: { strength: 0.4 } })
})

test('the amounts suit the kind of model: a little is always less than a lot', () => {
  const [one] = models as [Model]
  const kinds = {
    many: { ...one, limits: { defaultSteps: 25 } },
    few: { ...one, limits: { defaultSteps: 4 } },
    starter: { ...one, limits: { defaultSteps: 8 }, passport: { ...one.passport, family: 'starter' } },
  } as unknown as Record<string, Model>
  for (const kind of Object.values(kinds))
    expect(turnOf(kind, 'subtle').strength).toBeLessThan(turnOf(kind, 'strong').strength)
  expect(turnOf(kinds['few'] as Model, 'subtle').strength).toBeGreaterThan(turnOf(one, 'subtle').strength)
  // Whatever guidance it was made with: it would pull a variation back to the same picture.
  expect(
    variationRequest(
      { ...image, request: { ...request, guidanceScale: 4 } },
      'strong',
      [kinds['starter'] as Model],
      '99',
    ),
  ).toMatchObject({ guidanceScale: 1, variation: { strength: 1 } })
})

test('a variation of a variation, and of a picture that was brought in, starts from the picture itself', () => {
  const twice = { ...image, request: { ...request, variation: { seed: '1', strength: 0.2 } } }
  for (const one of [twice, withoutRequest]) {
    expect(variationRequest(one, 'subtle', models, '99')).toMatchObject({
      image: { id: 'p', strength: 0.35 },
    })
    expect(variationRequest(one, 'subtle', models, '99')).not.toHaveProperty('variation')
  }
})

test('started from itself, a picture keeps the adapters of its model and its size', () => {
  const adapters = [{ id: 'lora', scale: 0.8 }]
  const twice = {
    ...image,
    width: 512,
    height: 256,
    request: {
      ...request,
      adapters,
      finish: 'upscale-2x',
      variation: { seed: '1', strength: 0.2 },
      image: { id: 'a', strength: 0.5 },
      mask: { id: 'b' },
    },
  } as unknown as Image
  const found = variationRequest(twice, 'subtle', models, '99')
  expect(found).toMatchObject({ adapters, steps: 12, width: 256, height: 128, image: { id: 'p' } })
  for (const gone of ['batch', 'mask', 'variation', 'seed']) expect(found).not.toHaveProperty(gone)
  // Another model has its own ways.
  const other = [model('other', 'text-to-image', 'image-to-image')]
  expect(variationRequest(twice, 'subtle', other, '99')).not.toHaveProperty('adapters')
})

test('without a model that can, there is none', () => {
  expect(variationRequest(withoutRequest, 'subtle', [], '1')).toBeUndefined()
  const away = [{ ...models[0], state: 'missing' } as Model]
  expect(variationRequest(image, 'subtle', away, '1')).toBeUndefined()
})
