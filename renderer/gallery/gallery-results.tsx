import { type KeyboardEvent, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import type { Collection } from '../../contract/collection'
import { FailureNotice } from '../components/failure-notice'
import type { Recall } from '../create/create-draft'
import { chordOf } from '../keys/chord'
import type { CommandName } from '../keys/commands'
import { useCommands } from '../keys/use-commands'
import { useLocale } from '../locales/context'
import { useAnswer } from '../state/answer'
import { useTrash } from '../state/library'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { Viewer } from '../viewer/viewer'
import { type Asking, BulkBar } from './bulk-bar'
import type { GalleryPlace } from './collections-panel'
import { CompareDialog } from './compare-dialog'
import { Details } from './details'
import { EmptyGallery } from './empty-gallery'
import { Grid } from './grid'
import { listStart } from './gallery-left'
import { groupsOf } from './grid-layout'
import { type GalleryQuery, createPages } from './pages'
import { useRecall } from './recall'
import { useAtHand } from './use-at-hand'
import { useCopyPicture } from './use-copy'

const recallOf: Partial<Record<CommandName, Recall>> = {
  recallAll: 'all',
  recallRemix: 'remix',
  recallPrompt: 'prompt',
  recallSeed: 'seed',
  recallSize: 'size',
}

type ResultsProps = {
  /** names this list among others */
  listKey: string
  text: string
  place: GalleryPlace
  collections: readonly Collection[]
}

/** The pictures of one query with what is selected among them; another query is another one of these. */
export function GalleryResults({ listKey, text, place, collections }: ResultsProps) {
  const { api, gallery, galleryLeft, library, toasts } = useStudio()
  const { t } = useLocale()
  const { view } = place
  const { tileSize, details, sort, group } = useStore(gallery)
  const [query] = useState((): GalleryQuery => ({
    text,
    sort,
    trash: view === 'trash',
    ...(view === 'starred' && { starred: true }),
    ...(view === 'shared' && { shared: true }),
    ...(place.collection !== undefined && { collection: place.collection }),
  }))
  const [pages] = useState(() => createPages(api, query))
  const album = collections.find(({ id, search }) => id === place.collection && search === undefined)?.id
  const [left] = useState(() => {
    const { list } = galleryLeft.get()
    return list?.key === listKey ? list : listStart
  })
  const first = useRef(left.first)
  const hand = useAtHand(pages, { view, album }, left)
  const { selection, setSelection, clear, viewed, show } = hand
  const leave = useEffectEvent(() => {
    const { selection: chosen, focused } = hand
    galleryLeft.change((now) => ({
      ...now,
      list: { key: listKey, selection: chosen, focused: focused.current, first: first.current },
    }))
  })
  useEffect(() => () => leave(), [])
  const [playing, setPlaying] = useState(false)
  const [comparing, setComparing] = useState(false)
  const [asking, setAsking] = useState<Asking>(null)
  const trash = useTrash()
  const recall = useRecall()
  const copy = useCopyPicture()
  const version = useStore(library)
  useEffect(() => {
    pages.refresh(version)
    pages.want(0, 0)
  }, [pages, version])
  const { total, failure } = useStore(pages.state)
  const days = useAnswer('images.days', group === 'none' ? undefined : query, version)
  const groups = useMemo(() => groupsOf(days.value ?? [], group, total ?? 0), [days.value, group, total])
  // Without the headings the pictures would jump when they come.
  const ready = group === 'none' || days.state !== 'loading' || days.value !== undefined

  const ids = [...selection.ids]
  const only = ids.length === 1 ? ids[0] : undefined
  const chosen = ids.length > 0
  useEffect(() => {
    // What acted on the selection has gone with it: the keyboard stays with the pictures.
    if (!chosen) return undefined
    return () => {
      if (document.activeElement === document.body)
        document.getElementById('gallery-grid')?.focus({ preventScroll: true })
    }
  }, [chosen])
  const pair = ids.length === 2 ? ([ids[0] ?? '', ids[1] ?? ''] as const) : undefined
  const star = async () => {
    const image = await api.call('images.get', { id: ids[0] ?? '' })
    if (image.ok) await api.call('images.change', { ids, change: { starred: !image.value.starred } })
  }
  const selectAll = async () => {
    if (!total) return
    const all = await pages.ids(0, total - 1)
    setSelection((now) => ({ ...now, ids: new Set(all) }))
  }
  const recallBy = async (what: Recall) => {
    if (!only) return
    const image = await api.call('images.get', { id: only })
    if (image.ok) await recall(image.value, what)
  }
  const commandOf = useCommands('gallery')
  useEffect(() => {
    // The message with the way back stands anywhere: so does its key.
    const keys = (event: globalThis.KeyboardEvent) => {
      const writes = event.target instanceof Element && event.target.closest('input, textarea, dialog')
      if (!event.defaultPrevented && !writes && commandOf(event) === 'takeBack' && toasts.undo())
        event.preventDefault()
    }
    window.addEventListener('keydown', keys)
    return () => window.removeEventListener('keydown', keys)
  }, [commandOf, toasts])
  const onKey = (event: KeyboardEvent) => {
    const command = commandOf(event.nativeEvent)
    const recalled = command && recallOf[command]
    if (event.key === 'Escape') clear()
    else if (command === 'selectAll') void selectAll()
    else if (command === 'trash' && view !== 'trash') void trash(ids).then(() => ids.length > 1 && clear())
    else if (command === 'trash' && ids.length > 0) setAsking('erase')
    else if (command === 'star' && ids.length > 0) void star()
    else if (command === 'compare' && pair) setComparing(true)
    else if (command === 'details') gallery.change((draft) => ({ ...draft, details: !draft.details }))
    else if (chordOf(event.nativeEvent) === 'Mod+C' && only) void copy(only)
    else if (recalled) void recallBy(recalled)
    else return
    event.preventDefault()
  }

  return (
    <div className={`gallery-results ${details && total ? 'with-details' : ''}`}>
      <BulkBar
        place={place}
        query={query}
        collections={collections}
        ids={ids}
        total={total ?? 0}
        asking={asking}
        onAsk={setAsking}
        onStar={() => void star()}
        onCompare={() => setComparing(true)}
        onSlideshow={() => {
          setPlaying(true)
          void show(Math.max(selection.active, 0))
        }}
        onClear={clear}
      />
      <div className="gallery-body">
        {failure && total === null && <FailureNotice failure={failure} />}
        {total === 0 && <EmptyGallery view={view} searched={text !== ''} />}
        {total !== null && total > 0 && ready && (
          <Grid
            pages={pages}
            total={total}
            groups={groups}
            tileSize={tileSize}
            selection={selection}
            viewed={viewed?.index}
            first={first}
            onSelect={setSelection}
            onOpen={(index) => {
              setPlaying(false)
              void show(index)
            }}
            onKey={onKey}
          />
        )}
      </div>
      {details && total !== null && total > 0 && (
        <aside className="gallery-details" aria-label={t('gallery.details')}>
          {only ? (
            <Details id={only} />
          ) : (
            <p className="faint gallery-hint">
              {ids.length > 1 ? t('gallery.selected', { count: ids.length }) : t('gallery.detailsNone')}
            </p>
          )}
        </aside>
      )}
      {viewed && (
        <Viewer
          id={viewed.id}
          place={{
            position: viewed.index + 1,
            total: total ?? 0,
            to: (position) => void show(position - 1),
            onGone: () => void hand.onGone(),
            playing,
          }}
          onClose={() => {
            hand.close()
            setPlaying(false)
          }}
        />
      )}
      {comparing && pair && (
        <CompareDialog
          ids={pair}
          onOther={(by) => void hand.compareWith(by)}
          onClose={() => setComparing(false)}
        />
      )}
    </div>
  )
}
