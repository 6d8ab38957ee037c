import './gallery.css'
import { FolderInput, PanelRight } from 'lucide-react'
import { type KeyboardEvent, useCallback, useEffect, useMemo, useState } from 'react'
import { IconButton } from '../components/button'
import { Choice } from '../components/choice'
import { FailureNotice } from '../components/failure-notice'
import { recalls } from '../create/create-draft'
import { useLocale } from '../locales/context'
import { useTrash } from '../state/library'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { Viewer } from '../viewer/viewer'
import { BulkBar } from './bulk-bar'
import { CompareDialog } from './compare-dialog'
import { Details } from './details'
import { EmptyGallery } from './empty-gallery'
import { Grid } from './grid'
import { ImportDialog } from './import-dialog'
import { type GalleryQuery, createPages } from './pages'
import { useRecall } from './recall'
import { SearchBox } from './search-box'
import { type Selection, noSelection, selectOne, selectRange } from './selection'

export type GalleryView = 'all' | 'starred' | 'trash'
const recallKeys = ['a', 'r', 'p', 's', 'd']

export function GalleryScreen() {
  const { api, gallery, library } = useStudio()
  const { t } = useLocale()
  const { tileSize, details, sort } = useStore(gallery)
  const [text, setText] = useState('')
  const [view, setView] = useState<GalleryView>('all')
  const [selection, setSelection] = useState<Selection>(noSelection)
  const [viewing, setViewing] = useState(-1)
  const [comparing, setComparing] = useState(false)
  const [importing, setImporting] = useState(false)
  const trash = useTrash()
  const recall = useRecall()
  const version = useStore(library)

  const pages = useMemo(() => {
    const query: GalleryQuery = {
      text,
      sort,
      trash: view === 'trash',
      ...(view === 'starred' && { starred: true }),
    }
    return createPages(api, query)
  }, [api, text, sort, view])
  useEffect(() => setSelection(noSelection), [pages])
  useEffect(() => {
    pages.refresh()
    pages.want(0, 0)
  }, [pages, version])
  const { total, failure } = useStore(pages.state)
  const search = useCallback((next: string) => setText(next), [])

  const ids = [...selection.ids]
  const only = ids.length === 1 ? ids[0] : undefined
  const pair = ids.length === 2 ? ([ids[0] ?? '', ids[1] ?? ''] as const) : undefined
  const viewed = viewing >= 0 ? pages.tile(viewing) : undefined
  const step = (by: 1 | -1) => {
    const next = viewing + by
    if (total === null || next < 0 || next >= total) return
    pages.want(next, next)
    setViewing(next)
    const tile = pages.tile(next)
    if (tile) setSelection(selectOne(next, tile.id))
  }

  const onKey = (event: KeyboardEvent) => {
    const key = event.key.toLowerCase()
    if ((event.ctrlKey || event.metaKey) && key === 'a') {
      event.preventDefault()
      void pages
        .ids(0, (total ?? 0) - 1)
        .then((all) => setSelection(selectRange(selection, (total ?? 1) - 1, all)))
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (key === 'escape') setSelection({ ...noSelection, active: selection.active })
    if (key === 'delete' && view !== 'trash') void trash(ids)
    if (key === '.' && ids.length > 0) void star(ids)
    if (key === 'c' && pair) setComparing(true)
    const what = recalls[recallKeys.indexOf(key)]
    if (what && only)
      void api.call('images.get', { id: only }).then((image) => image.ok && recall(image.value, what))
  }
  const star = async (of: string[]) => {
    const image = await api.call('images.get', { id: of[0] ?? '' })
    if (image.ok) await api.call('images.change', { ids: of, change: { starred: !image.value.starred } })
  }

  return (
    <div className={`gallery ${details && total ? 'with-details' : ''}`}>
      <header className="gallery-bar">
        <h1>{t('gallery.title')}</h1>
        <SearchBox onSearch={search} />
        <Choice
          legend={t('gallery.view')}
          hideLegend
          look="segments"
          value={view}
          options={(['all', 'starred', 'trash'] as const).map((name) => ({
            value: name,
            label: t(`gallery.${name}`),
          }))}
          onChoose={setView}
        />
        <div className="row gallery-tools">
          <select
            className="text-input"
            aria-label={t('gallery.sort')}
            value={sort}
            onChange={(event) => {
              const chosen = event.currentTarget.value === 'oldest' ? 'oldest' : 'newest'
              gallery.change((draft) => ({ ...draft, sort: chosen }))
            }}
          >
            <option value="newest">{t('gallery.newest')}</option>
            <option value="oldest">{t('gallery.oldest')}</option>
          </select>
          <input
            type="range"
            className="slider gallery-size"
            aria-label={t('gallery.tileSize')}
            title={t('gallery.tileSize')}
            min={112}
            max={320}
            step={16}
            value={tileSize}
            onChange={(event) => {
              const size = event.currentTarget.valueAsNumber
              gallery.change((draft) => ({ ...draft, tileSize: size }))
            }}
          />
          <IconButton icon={FolderInput} label={t('import.title')} onClick={() => setImporting(true)} />
          <IconButton
            icon={PanelRight}
            label={t(details ? 'gallery.detailsHide' : 'gallery.details')}
            pressed={details}
            onClick={() => gallery.change((draft) => ({ ...draft, details: !details }))}
          />
        </div>
      </header>
      <BulkBar
        view={view}
        ids={ids}
        total={total ?? 0}
        onStar={() => void star(ids)}
        onCompare={() => setComparing(true)}
        onClear={() => setSelection({ ...noSelection, active: selection.active })}
      />
      <div className="gallery-body">
        {failure && total === null && <FailureNotice failure={failure} />}
        {total === 0 && <EmptyGallery view={view} searched={text !== ''} />}
        {total !== null && total > 0 && (
          <Grid
            key={`${view}${sort}${text}`}
            pages={pages}
            total={total}
            tileSize={tileSize}
            selection={selection}
            onSelect={setSelection}
            onOpen={setViewing}
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
          place={{ position: viewing + 1, total: total ?? 0, step }}
          onClose={() => setViewing(-1)}
        />
      )}
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
      {comparing && pair && <CompareDialog ids={pair} onClose={() => setComparing(false)} />}
    </div>
  )
}
