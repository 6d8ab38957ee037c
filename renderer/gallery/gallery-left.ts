import type { GalleryPlace } from './collections-panel'
import type { Search } from './search-tokens'
import { type Selection, noSelection } from './selection'
import type { Viewed } from './use-at-hand'

/** Where one list was left: what was selected, the picture with the focus, and the first that was seen. */
export type ListLeft = { selection: Selection; focused: Viewed | null; first: number }

/** Where the gallery was left for another screen, in this window's memory only: one comes back to the same pictures. */
export type GalleryLeft = {
  search: Search
  place: GalleryPlace
  /** of the list with this key */
  list?: ListLeft & { key: string }
}

export const galleryStart: GalleryLeft = { search: { tokens: [], words: '' }, place: { view: 'all' } }
export const listStart: ListLeft = { selection: noSelection, focused: null, first: 0 }
