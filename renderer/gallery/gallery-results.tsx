import { type KeyboardEvent, useEffect, useMemo, useState } from 'react'
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
import { BulkBar } from './bulk-bar'
import type { GalleryPlace } from './collections-panel'
import { CompareDialog } from './compare-dialog'
import { Details } from './details'
import { EmptyGallery } from './empty-gallery'
import { Grid } from './grid'
import { groupsOf } from './grid-layout'
import { type GalleryQuery, createPages } from './pages'
import { useRecall } from './recall'
import { type Selection, noSelection, selectOne, selectRange } from './selection'
import { useCopyPicture } from './use-copy'

const recallOf: Partial<Record<CommandName, Recall>> = {
  recallAll: 'all',
  recallRemix: 'remix',
  recallPrompt: 'prompt',
  recallSeed: 'seed',
  recallSize: 'size',
}

type ResultsProps = { text: string; place: GalleryPlace; collections: readonly Collection[] }

/** The pictures of one query with what is selected among them; another query is another one of these. */
export function GalleryResults({ text, place, collections }: ResultsProps) {
  const { api, gallery, library } = useStudio()
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
  const [selection, setSelection] = useState<Selection>(noSelection)
  const [viewing, setViewing] = useState(-1)
  const [playing, setPlaying] = useState(false)
  const [comparing, setComparing] = useState(false)
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
  const pair = ids.length === 2 ? ([ids[0] ?? '', ids[1] ?? ''] as const) : undefined
  const viewed = viewing >= 0 ? pages.tile(viewing) : undefined
  const clear = () => setSelection({ ...noSelection, active: selection.active })
  const show = (next: number) => {
    if (total === null || next < 0 || next >= total) return
    pages.want(next, next)
    setViewing(next)
    const tile = pages.tile(next)
    if (tile) setSelection(selectOne(next, tile.id))
  }
  const star = async () => {
    const image = await api.call('images.get', { id: ids[0] ?? '' })
    if (image.ok) await api.call('images.change', { ids, change: { starred: !image.value.starred } })
  }
  const selectAll = async () => {
    if (!total) return
    const all = await pages.ids(0, total - 1)
    setSelection(selectRange(selection, total - 1, all))
  }
  const recallBy = async (what: Recall) => {
    if (!only) return
    const image = await api.call('images.get', { id: only })
    if (image.ok) recall(image.value, what)
  }
  const commandOf = useCommands('gallery')
  const onKey = (event: KeyboardEvent) => {
    const command = commandOf(event.nativeEvent)
    const recalled = command && recallOf[command]
    if (event.key === 'Escape') clear()
    else if (command === 'selectAll') void selectAll()
    else if (command === 'trash' && view !== 'trash') void trash(ids)
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
        onStar={() => void star()}
        onCompare={() => setComparing(true)}
        onSlideshow={() => {
          setPlaying(true)
          show(Math.max(selection.active, 0))
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
            onSelect={setSelection}
            onOpen={show}
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
            position: viewing + 1,
            total: total ?? 0,
            to: (position) => show(position - 1),
            playing,
          }}
          onClose={() => {
            setViewing(-1)
            setPlaying(false)
          }}
        />
      )}
      {comparing && pair && <CompareDialog ids={pair} onClose={() => setComparing(false)} />}
    </div>
  )
}
