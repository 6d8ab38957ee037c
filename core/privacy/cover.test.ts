import sharp from 'sharp'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Image } from '../../contract/image.ts'
import { drawFlat } from '../testing/host-double.ts'
import { coverOf } from './cover.ts'
import { type Harness, openHarness } from '../testing/studio-harness.ts'

let studio: Harness
beforeEach(async () => {
  studio = await openHarness()
})
afterEach(() => studio.close())

const rules = { promptRules: true, promptRulesText: 'blur: nude*\nask: gore' }
const get = async (id = '') => (await studio.call('images.get', { id })) as Image
const made = async (prompt: string, more: object = {}) => {
  const [id = ''] = (await studio.make({ prompt, ...more })).images
  return id
}
/** How much of the picture's detail an address gives away: the spread of its brightness. */
const spread = async (address: string) => {
  const body = Buffer.from(await (await studio.get(address)).arrayBuffer())
  const { channels } = await sharp(body).stats()
  return channels[0]?.stdev ?? 0
}

it('does nothing until it is switched on', async () => {
  expect((await get(await made('a nude, gore'))).covered).toBeUndefined()
})

it('covers what comes of a prompt with the words, and keeps that until somebody says otherwise', async () => {
  await studio.call('settings.change', rules)
  const id = await made('two nudes, a boat')
  expect((await get(id)).covered).toBe('prompt-rule')
  expect((await get(await made('a boat'))).covered).toBeUndefined()
  expect(await studio.call('images.query', { text: 'nudes' })).toMatchObject({
    tiles: [{ id, covered: 'prompt-rule' }],
  })
  await studio.stop()
  await studio.start()
  expect((await get(id)).covered).toBe('prompt-rule')
  await studio.call('images.change', { ids: [id], change: { covered: false } })
  expect((await get(id)).covered).toBeUndefined()
  await studio.call('images.change', { ids: [id], change: { covered: true } })
  expect((await get(id)).covered).toBe('person')
  await studio.call('images.change', { ids: [id], change: { covered: true, title: 'x' } })
  expect(await get(id)).toMatchObject({ covered: 'person', title: 'x' })
})

it('asks before it makes what a rule asks about, once, and refuses nothing', async () => {
  await studio.call('settings.change', rules)
  const request = { kind: 'generate', prompt: 'some Gore', model: 'starter' }
  expect(await studio.failure('jobs.submit', request)).toEqual({ code: 'prompt-rule', words: 'gore' })
  expect(await studio.call('jobs.list')).toEqual([])
  const id = await made('some Gore', { rulesConfirmed: true })
  expect((await get(id)).covered).toBeUndefined()
})

it('covers what the model itself recognises, only when it is asked to look', async () => {
  studio.double.control.behaviour = (task, say) =>
    drawFlat(
      task,
      (word) => say(word.type === 'picture' ? { ...word, record: { ...word.record, flagged: true } } : word),
      { die: () => undefined, cancelled: () => false },
    )
  await made('a boat')
  await studio.call('settings.change', { checkPictures: true })
  const id = await made('a boat')
  expect(studio.double.control.runtimes.map(({ checkPictures }) => checkPictures)).toEqual([false, true])
  expect((await get(id)).covered).toBe('checker')
})

it('keeps the cover of a picture that is enlarged or restored', () => {
  const off = { promptRules: false, promptRulesText: '' }
  expect(coverOf(off, { prompt: '' }, {}, 'checker')).toBe('checker')
  expect(coverOf(off, { prompt: '' }, {}, undefined)).toBeUndefined()
  expect(coverOf(off, { prompt: 'a boat' }, {}, 'checker')).toBeUndefined()
})

it('shows a covered picture as a wash of colours, and all of it when asked; the file stays as it is', async () => {
  studio.double.control.behaviour = (task, say) => {
    const stripes = new Uint8Array(64 * 64 * 3).map((_, at) => (Math.floor(at / 3) % 2 === 0 ? 0 : 255))
    const image = { width: 64, height: 64, rgb: stripes }
    const record = {
      width: 64,
      height: 64,
      executionProvider: 'cpu',
      milliseconds: 1,
      peakMemory: 1,
      notes: [],
    }
    if (task.kind === 'generate') say({ type: 'picture', picture: 0, image, record })
    say({ type: 'done' })
  }
  const id = await made('a boat')
  const address = `/media/image/${id}`
  const open = await spread(address)
  await studio.call('images.change', { ids: [id], change: { covered: true } })
  for (const asked of [address, `${address}?w=320`, `${address}?w=640&shown=0`]) {
    expect(await spread(asked)).toBeLessThan(open / 20)
  }
  expect(await spread(`${address}?shown=1`)).toBe(open)
  expect(await spread(`${address}?w=320&shown=1`)).toBeGreaterThan(open / 2)
})

it('holds in an incognito session too', async () => {
  await studio.call('settings.change', rules)
  expect((await get(await made('nude', { incognito: true }))).covered).toBe('prompt-rule')
})
