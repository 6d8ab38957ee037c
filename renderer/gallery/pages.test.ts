import { expect, test } from 'vitest'
import type { Api } from '../api'
import { createPages, pageSize } from './pages'

/** A library of `total` pictures named by their place; counts what it is asked. */
function library(total: number) {
  const asked: { offset: number; limit: number }[] = []
  const names = { prefix: 'p', total }
  const api: Pick<Api, 'call'> = {
    call(_name, input) {
      const { offset, limit } = input as { offset: number; limit: number }
      asked.push({ offset, limit })
      const count = Math.max(Math.min(limit, names.total - offset), 0)
      const tiles = Array.from({ length: count }, (_, index) => ({ id: `${names.prefix}${offset + index}` }))
      return Promise.resolve({ ok: true, value: { total: names.total, offset, tiles } as never })
    },
  }
  return { api, asked, names }
}
const settle = () => new Promise((resolve) => setTimeout(resolve))

test('only what comes into view is asked for, once', async () => {
  const { api, asked } = library(100_000)
  const pages = createPages(api, { text: 'boat' })
  pages.want(50_000, 50_050)
  pages.want(50_000, 50_050)
  await settle()
  expect(asked).toEqual([{ offset: 50_000, limit: pageSize }])
  expect(pages.tile(50_007)?.id).toBe('p50007')
  expect(pages.tile(3)).toBeUndefined()
  expect(pages.state.get().total).toBe(100_000)
  pages.want(50_010, 50_020)
  expect(asked).toHaveLength(1)
})

test('a change of the library keeps what is shown until the fresh page is here', async () => {
  const { api, names } = library(500)
  const pages = createPages(api, {})
  pages.want(0, 10)
  await settle()
  names.prefix = 'q'
  names.total = 499
  pages.refresh(1)
  expect(pages.tile(0)?.id).toBe('p0')
  pages.want(0, 10)
  await settle()
  expect(pages.tile(0)?.id).toBe('q0')
  expect(pages.state.get().total).toBe(499)
})

test('a range over pages that were never seen has every id in order', async () => {
  const { api } = library(2500)
  const pages = createPages(api, {})
  pages.want(0, 10)
  await settle()
  const ids = await pages.ids(150, 2400)
  expect(ids).toHaveLength(2251)
  expect([ids[0], ids[50], ids.at(-1)]).toEqual(['p150', 'p200', 'p2400'])
})

test('a picture is found where newer ones have pushed it, once its page is fresh', async () => {
  const { api, names } = library(500)
  const pages = createPages(api, {})
  pages.want(0, 10)
  await settle()
  expect(pages.placeOf('p3')).toBe(3)
  expect(pages.placeOf('p300')).toBeUndefined()
  names.prefix = 'new'
  pages.refresh(1)
  expect(pages.placeOf('p3')).toBeUndefined()
})

test('after pictures went, the one that came into their place is at hand, else the last, else none', async () => {
  const { api, names } = library(500)
  const pages = createPages(api, {})
  expect(await pages.now(7)).toEqual({ index: 7, id: 'p7' })
  names.total = 5
  expect(await pages.now(7)).toEqual({ index: 4, id: 'p4' })
  names.total = 0
  expect(await pages.now(7)).toBeUndefined()
})

test('an answer that comes after a change is not taken for the fresh one', async () => {
  const { api, names } = library(10)
  const pages = createPages(api, {})
  pages.want(0, 5)
  pages.refresh(1)
  names.prefix = 'new'
  pages.want(0, 5)
  await settle()
  expect(pages.tile(0)?.id).toBe('new0')
})

test('a failure is told once and not asked again until something changes', async () => {
  let asked = 0
  const api: Pick<Api, 'call'> = {
    call() {
      asked++
      return Promise.resolve({ ok: false, failure: { code: 'disconnected' } })
    },
  }
  const pages = createPages(api, {})
  pages.want(0, 5)
  await settle()
  pages.want(0, 5)
  expect([asked, pages.state.get().failure?.code]).toEqual([1, 'disconnected'])
  pages.refresh(1)
  pages.want(0, 5)
  expect(asked).toBe(2)
})
