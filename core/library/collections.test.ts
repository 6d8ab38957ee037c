import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Collection } from '../../contract/collection.ts'
import type { Image, ImagePage } from '../../contract/image.ts'
import { type Harness, openHarness } from '../testing/studio-harness.ts'

let studio: Harness
beforeEach(async () => {
  studio = await openHarness()
})
afterEach(() => studio.close())

const query = async (more: object) => (await studio.call('images.query', more)) as ImagePage
const list = async () => (await studio.call('collections.list')) as Collection[]
const save = async (change: object) => (await studio.call('collections.save', change)) as Collection

async function threeBoats(): Promise<string[]> {
  const job = await studio.make({ count: 3, seed: '5' })
  return job.images
}

describe('albums', () => {
  test('hold what was put into them, once, and give it back', async () => {
    const [one = '', two = '', three = ''] = await threeBoats()
    const { id } = await save({ name: 'Postcards' })
    await studio.call('collections.add', { id, images: [one, two] })
    await studio.call('collections.add', { id, images: [two, three] })
    expect((await query({ collection: id })).total).toBe(3)
    await studio.call('collections.take', { id, images: [one] })
    expect((await query({ collection: id })).tiles.map((tile) => tile.id).sort()).toEqual([two, three].sort())
    expect(((await studio.call('images.get', { id: two })) as Image).collections).toEqual([id])
    expect(((await studio.call('images.get', { id: one })) as Image).collections).toBeUndefined()
  })

  test('all or nothing: an unknown picture changes nothing', async () => {
    const [one = ''] = await threeBoats()
    const { id } = await save({ name: 'Postcards' })
    const failure = await studio.failure('collections.add', { id, images: [one, 'nobody'] })
    expect(failure).toMatchObject({ code: 'not-found', what: 'image', id: 'nobody' })
    expect((await query({ collection: id })).total).toBe(0)
  })

  test('the newest picture stands for it until another is chosen, and again when that one goes', async () => {
    const [one = '', two = '', three = ''] = await threeBoats()
    const { id } = await save({ name: 'Postcards' })
    await studio.call('collections.add', { id, images: [one, two, three] })
    expect((await list())[0]).toMatchObject({ cover: three, count: 3 })
    expect(await save({ id, name: 'Cards', cover: one })).toMatchObject({ name: 'Cards', cover: one })
    await studio.call('images.trash', { ids: [one] })
    expect((await list())[0]).toMatchObject({ cover: three, count: 2 })
  })

  test('end with their pictures kept, and erased pictures leave them', async () => {
    const [one = '', two = ''] = await threeBoats()
    const { id } = await save({ name: 'Postcards' })
    await studio.call('collections.add', { id, images: [one, two] })
    await studio.call('images.erase', { ids: [one] })
    expect((await query({ collection: id })).total).toBe(1)
    await studio.call('collections.remove', { id })
    expect(await list()).toEqual([])
    expect((await query({})).total).toBe(2)
    expect(await studio.failure('images.query', { collection: id })).toMatchObject({ code: 'not-found' })
  })
})

describe('saved searches', () => {
  test('find anew each time, together with what is searched within them', async () => {
    await studio.make({ prompt: 'a red boat', seed: '1' })
    const { id } = await save({ name: 'Boats', search: 'boat' })
    await studio.make({ prompt: 'a blue boat', seed: '2' })
    await studio.make({ prompt: 'a house', seed: '3' })
    expect((await query({ collection: id })).total).toBe(2)
    expect((await query({ collection: id, text: 'blue' })).total).toBe(1)
    expect((await query({ collection: id, text: 'house' })).total).toBe(0)
  })

  test('take no pictures by hand, and change their words', async () => {
    const [one = ''] = await threeBoats()
    const { id } = await save({ name: 'Houses', search: 'house' })
    expect(await studio.failure('collections.add', { id, images: [one] })).toMatchObject({
      code: 'not-found',
    })
    expect(await save({ id, name: 'Boats', search: 'boat' })).toMatchObject({ search: 'boat', count: 3 })
  })
})

test('days are counted in the order of the list and add up to its total', async () => {
  await threeBoats()
  const days = (await studio.call('images.days', {})) as { day: string; count: number }[]
  expect(days).toHaveLength(1)
  expect(days[0]?.count).toBe(3)
  expect(days[0]?.day).toMatch(/^\d{4}-\d{2}-\d{2}$/)
  expect(await studio.call('images.days', { text: 'nothing like it' })).toEqual([])
})

test('an alternative text is kept, found by search and left out when it is emptied', async () => {
  const [one = ''] = await threeBoats()
  await studio.call('images.change', { ids: [one], change: { altText: 'Sails against dusk' } })
  expect((await query({ text: 'dusk' })).tiles).toMatchObject([{ id: one, altText: 'Sails against dusk' }])
  await studio.call('images.change', { ids: [one], change: { altText: '' } })
  expect(((await studio.call('images.get', { id: one })) as Image).altText).toBeUndefined()
  expect((await query({ text: 'dusk' })).total).toBe(0)
})
