import { describe, expect, test } from 'vitest'
import { jobRequestSchema } from '../../contract/generation'
import type { Image } from '../../contract/image'
import type { Model } from '../../contract/model'
import { type QuickAction, quickActionSchema } from '../../contract/quick-action'
import {
  ableModel,
  allActions,
  ownActionsSchema,
  promptOf,
  requestOfAction,
  shippedActions,
  takesWords,
  withWords,
} from './actions'

const image = { id: 'p1', prompt: 'watercolor of a blue boat' } as Image
const painter = {
  id: 'starter',
  state: 'ready',
  passport: { capabilities: ['text-to-image', 'image-to-image'] },
} as unknown as Model
const action = (id: string) => shippedActions.find((one) => one.id === id) as QuickAction

describe('the actions that ship', () => {
  test('are all read, in their order, with both languages', () => {
    const ids = shippedActions.map(({ id }) => id)
    expect(ids).toEqual(expect.arrayContaining(['restore', 'upscale-2x', 'remove', 'extend', 'to-anime']))
    expect(ids[0]).toBe('restore')
    const orders = shippedActions.map(({ order }) => order)
    expect(orders).toEqual(orders.toSorted((one, other) => one - other))
    for (const { label } of shippedActions) expect(label).toMatchObject({ en: /./, id: /./ })
  })

  test('that begin at once ask for what the contract accepts', () => {
    const prepare = ['paint', 'extend', 'face']
    for (const one of shippedActions.filter(({ does }) => !prepare.includes(does))) {
      expect(jobRequestSchema.safeParse(requestOfAction(one, image, painter, 'id')).success).toBe(true)
    }
  })

  test('a new style takes the place of the old one', () => {
    expect(promptOf(action('to-anime'), image, 'en')).toBe('a blue boat, anime style')
    expect(promptOf(action('to-anime'), { ...image, prompt: '' }, 'id')).toBe('gaya anime')
  })

  test('need a model that can do it', () => {
    expect(ableModel(action('to-anime'), [painter])).toBe(painter)
    expect(ableModel(action('upscale-2x'), [painter])).toBeUndefined()
    expect(requestOfAction(action('to-anime'), image, undefined, 'en')).toBeUndefined()
  })
})

describe('one’s own', () => {
  test('edited in one language, it keeps what it is called in the other', () => {
    expect(withWords({ en: 'Night', id: 'Malam' }, 'id', 'Tengah malam')).toEqual({
      en: 'Night',
      id: 'Tengah malam',
    })
    expect(withWords('Night', 'id', 'Malam')).toBe('Malam')
    expect(withWords(undefined, 'en', 'Night')).toBe('Night')
  })

  test('one that enlarges has no words to be asked for', () => {
    expect((['restyle', 'paint', 'extend'] as const).every((does) => takesWords({ does }))).toBe(true)
    expect((['upscale', 'restore', 'face', 'cutout'] as const).some((does) => takesWords({ does }))).toBe(
      false,
    )
  })

  const own = {
    id: 'moody',
    label: 'Moody',
    does: 'restyle',
    needs: 'image-to-image',
    prompt: '{prompt}, night',
  }

  test('a file needs little', () => {
    expect(requestOfAction(quickActionSchema.parse(own), image, painter, 'en')).toMatchObject({
      prompt: 'a blue boat, night',
      image: { strength: 0.6 },
    })
  })

  test.each([
    ['a member that is not known', { ...own, script: 'x' }],
    ['a strength beyond 1', { ...own, strength: 3 }],
    ['a name that is a path', { ...own, id: '../x' }],
    ['a deed that does not exist', { ...own, does: 'run' }],
    ['no label', { ...own, label: undefined }],
  ])('%s is refused', (_what, file) => expect(quickActionSchema.safeParse(file).success).toBe(false))

  test('replaces a shipped one of the same name, and a broken entry hides no other', () => {
    const { actions } = ownActionsSchema.parse({ actions: [{ bad: 1 }, { ...own, id: 'restore' }] })
    expect(actions).toHaveLength(1)
    expect(allActions(shippedActions, actions).filter(({ id }) => id === 'restore')).toMatchObject([
      { label: 'Moody' },
    ])
  })
})
