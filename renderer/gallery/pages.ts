import type { ImageQuery, ImageTile } from '../../contract/image'
import type { Failure } from '../../contract/errors'
import type { Api } from '../api'
import { type Store, createStore } from '../state/store'

export type GalleryQuery = Partial<
  Pick<ImageQuery, 'text' | 'trash' | 'starred' | 'shared' | 'sort' | 'collection'>
>
export type PagesState = { total: number | null; failure?: Failure; revision: number }

/** The answer to one query, fetched by the page as it comes into view. 100,000 pictures cost what is looked at. */
export type Pages = {
  state: Store<PagesState>
  tile(index: number): ImageTile | undefined
  /** Makes sure that these are here or on their way. */
  want(from: number, to: number): void
  /** The ids of a range, asked for where they are not known yet. */
  ids(from: number, to: number): Promise<string[]>
  /** Where a picture stands by now, as far as its page is here. */
  placeOf(id: string): number | undefined
  /** The picture at a place as the core has it now; where the list has become shorter its last one. */
  now(index: number): Promise<{ index: number; id: string } | undefined>
  /** The library has this version now: what is shown stays until the fresh page arrives. */
  refresh(version: number): void
}

export const pageSize = 200
const largest = 1000

export function createPages(api: Pick<Api, 'call'>, query: GalleryQuery): Pages {
  const state = createStore<PagesState>({ total: null, revision: 0 })
  const pages = new Map<number, { tiles: readonly ImageTile[]; age: number }>()
  const underWay = new Map<number, number>()
  let age = 0

  async function load(page: number) {
    const asked = age
    underWay.set(page, asked)
    const answer = await api.call('images.query', { ...query, offset: page * pageSize, limit: pageSize })
    if (underWay.get(page) === asked) underWay.delete(page)
    if (asked !== age) return
    state.change(({ revision, total }) => {
      if (!answer.ok) {
        // Counted as answered until the next change: asking again at once would never end.
        pages.set(page, { tiles: pages.get(page)?.tiles ?? [], age: asked })
        return { total, failure: answer.failure, revision: revision + 1 }
      }
      pages.set(page, { tiles: answer.value.tiles, age: asked })
      return { total: answer.value.total, revision: revision + 1 }
    })
  }

  const pageOf = (index: number) => Math.floor(index / pageSize)
  const tile = (index: number) => pages.get(pageOf(index))?.tiles[index % pageSize]

  return {
    state,
    tile,
    want(from, to) {
      for (let page = pageOf(from); page <= pageOf(Math.max(to, from)); page++) {
        const fresh = pages.get(page)?.age === age || underWay.get(page) === age
        if (!fresh) void load(page)
      }
    },
    async ids(from, to) {
      const found: string[] = []
      for (let index = from; index <= to;) {
        const known = tile(index)
        if (known) {
          found.push(known.id)
          index++
          continue
        }
        const limit = Math.min(to - index + 1, largest)
        const answer = await api.call('images.query', { ...query, offset: index, limit })
        if (!answer.ok || answer.value.tiles.length === 0) break
        found.push(...answer.value.tiles.map(({ id }) => id))
        index += answer.value.tiles.length
      }
      return found
    },
    placeOf(id) {
      for (const [page, { tiles, age: of }] of pages) {
        const found = of === age ? tiles.findIndex((one) => one.id === id) : -1
        if (found >= 0) return page * pageSize + found
      }
      return undefined
    },
    async now(index) {
      for (let asked = index; asked >= 0;) {
        const answer = await api.call('images.query', { ...query, offset: asked, limit: 1 })
        if (!answer.ok) return undefined
        const [found] = answer.value.tiles
        if (found) return { index: asked, id: found.id }
        asked = Math.min(asked, answer.value.total) - 1
      }
      return undefined
    },
    refresh(version) {
      if (version === age) return
      age = version
      state.change((now) => ({ ...now, revision: now.revision + 1 }))
    },
  }
}
