import { useEffect, useEffectEvent, useRef, useState } from 'react'
import type { Image } from '../../contract/image'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import type { GalleryView } from './collections-panel'
import type { ListLeft } from './gallery-left'
import type { Pages } from './pages'
import { type Selection, focusOn, noSelection, pairWith, selectOne, shiftBy, without } from './selection'

export type Viewed = { index: number; id: string }
/** Which part of the library is listed; `album` where it is one, and not a saved search. */
export type Listed = { view: GalleryView; album?: string | undefined }

/** Of so many changed pictures each is asked for; who changes more at once says himself what is selected afterwards. */
const mostAsked = 100

/**
 * What is selected and looked at among the pictures of one query. Meanwhile new ones are made and others go: what is
 * at hand is known by its id, and its number follows.
 */
export function useAtHand(pages: Pages, listed: Listed, left: ListLeft) {
  const { api } = useStudio()
  const [selection, setSelection] = useState<Selection>(left.selection)
  const [viewed, setViewed] = useState<Viewed | null>(null)
  const { revision, total } = useStore(pages.state)
  const focused = useRef<Viewed | null>(left.focused)

  const follow = useEffectEvent((active: number, _revision: number) => {
    const id = pages.tile(active)?.id
    const before = focused.current
    const moved = before?.index === active && id !== before.id ? pages.placeOf(before.id) : undefined
    if (before && moved !== undefined) {
      focused.current = { index: moved, id: before.id }
      setSelection(shiftBy(selection, moved - active))
    } else if (before?.index !== active) focused.current = id === undefined ? null : { index: active, id }
    const now = viewed ? pages.placeOf(viewed.id) : undefined
    if (viewed && now !== undefined && now !== viewed.index) setViewed({ ...viewed, index: now })
  })
  useEffect(() => follow(selection.active, revision), [revision, selection.active])

  /** The picture that has come to this place is selected; nobody who deletes one after the other loses his place. */
  const settle = async (index: number) => {
    const next = await pages.now(index)
    focused.current = next ?? null
    setSelection(next ? selectOne(next.index, next.id) : noSelection)
    return next
  }
  const look = useEffectEvent(async (changed: readonly string[]) => {
    const mine = changed.filter((id) => selection.ids.has(id))
    if (mine.length === 0 || mine.length > mostAsked) return
    const answers = await Promise.all(mine.map((id) => api.call('images.get', { id })))
    const gone = mine.filter((_, index) => {
      const answer = answers[index]
      if (answer === undefined) return false
      return answer.ok ? !belongs(answer.value, listed) : answer.failure.code === 'not-found'
    })
    if (gone.length === 0) return
    const deleted = listed.view !== 'trash' && answers.some((answer) => answer.ok && answer.value.trashedAt)
    if (deleted && gone.length === 1 && selection.ids.size === 1) await settle(selection.active)
    else setSelection((now) => without(now, gone))
  })
  useEffect(() => api.on('images.changed', ({ ids }) => void look(ids)), [api])

  const show = async (index: number) => {
    if (index < 0 || total === null || index >= total) return
    pages.want(index, index)
    const id = pages.tile(index)?.id
    const next = id === undefined ? await pages.now(index) : { index, id }
    if (!next) return
    setViewed(next)
    setSelection(selectOne(next.index, next.id))
  }
  /** Beside the picture that was chosen first, the next one or the one before; past the chosen one itself. */
  const compareWith = async (by: 1 | -1) => {
    const [chosen] = selection.ids
    if (chosen === undefined) return
    for (let index = selection.active + by; index >= 0 && index < (total ?? 0); index += by) {
      const id = pages.tile(index)?.id ?? (await pages.now(index))?.id
      if (id === chosen) continue
      if (id !== undefined) setSelection(pairWith(selection, chosen, index, id))
      return
    }
  }
  return {
    selection,
    compareWith,
    focused,
    setSelection,
    clear: () => setSelection((now) => focusOn(noSelection, now.active)),
    viewed,
    show,
    close: () => setViewed(null),
    /** The viewed picture has gone: the next one, or the last, or none. */
    async onGone() {
      if (viewed) setViewed((await settle(viewed.index)) ?? null)
    },
  }
}

/** Whether a picture still is one of these, as far as it can be told without asking what a search finds. */
function belongs({ trashedAt, starred, shared, collections = [] }: Image, { view, album }: Listed): boolean {
  if ((trashedAt !== undefined) !== (view === 'trash')) return false
  if (view === 'starred') return starred
  if (view === 'shared') return shared === true
  return album === undefined || collections.includes(album)
}
