import './gallery.css'
import './collections.css'
import { BookmarkPlus, FolderInput, PanelLeft, PanelRight, SlidersHorizontal } from 'lucide-react'
import { useCallback, useState } from 'react'
import { IconButton } from '../components/button'
import { useDropOf, usePaste } from '../components/drop'
import { ProgressBar } from '../components/progress-bar'
import { useLocale } from '../locales/context'
import { useAnswer } from '../state/answer'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { CollectionBar } from './collection-bar'
import { CollectionDialog } from './collection-dialog'
import { CollectionsPanel, type GalleryPlace } from './collections-panel'
import { DisplayMenu } from './display-menu'
import { DuplicatesView } from './duplicates-view'
import { GalleryResults } from './gallery-results'
import { ImportDialog } from './import-dialog'
import { SearchBox } from './search-box'
import { type Search, searchText } from './search-tokens'
import { useNarrow } from './use-narrow'
import { useReceive } from './use-receive'

/** What is searched and how it is shown; the answer stands below. */
export function GalleryScreen() {
  const { gallery, galleryLeft, library } = useStudio()
  const { t } = useLocale()
  const { details, sort, panel } = useStore(gallery)
  const { search: words, place: asked } = useStore(galleryLeft)
  const text = searchText(words)
  const setAsked = (next: GalleryPlace) => galleryLeft.change((left) => ({ ...left, place: next }))
  const [dialog, setDialog] = useState<'import' | 'save' | null>(null)
  const search = useCallback(
    (next: Search) =>
      galleryLeft.change((left) => {
        // Duplicates are not searched: new words lead to all pictures.
        const leaves = left.place.view === 'duplicates' && searchText(next) !== '' && next !== left.search
        return { ...left, search: next, ...(leaves && { place: { view: 'all' } }) }
      }),
    [galleryLeft],
  )
  const answer = useAnswer('collections.list', null, useStore(library))
  const collections = answer.value ?? []
  const collection = collections.find(({ id }) => id === asked.collection)
  // An album that was removed meanwhile leads back to all pictures.
  const place: GalleryPlace =
    asked.collection !== undefined && answer.value && !collection ? { view: 'all' } : asked

  const listKey = `${place.view} ${place.collection} ${collection?.search} ${sort} ${text}`

  const { receive, drop: dropped, coming } = useReceive()
  const drop = useDropOf(dropped)
  usePaste(useCallback((file: File) => void receive([file]), [receive]))
  const narrow = useNarrow()
  const [over, setOver] = useState(false)
  const panelShown = narrow ? over : panel
  const togglePanel = () =>
    narrow ? setOver(!over) : gallery.change((draft) => ({ ...draft, panel: !draft.panel }))
  const go = (next: GalleryPlace) => {
    setAsked(next)
    setOver(false)
  }

  return (
    <div className="gallery" {...drop.handlers}>
      <header className="gallery-bar">
        <IconButton
          icon={PanelLeft}
          label={t(panelShown ? 'gallery.placesHide' : 'gallery.places')}
          pressed={panelShown}
          onClick={togglePanel}
        />
        <h1>{t('gallery.title')}</h1>
        <SearchBox start={words} onSearch={search} />
        {text !== '' && place.view !== 'trash' && (
          <IconButton icon={BookmarkPlus} label={t('gallery.searchSave')} onClick={() => setDialog('save')} />
        )}
        <div className="row gallery-tools">
          <DisplayMenu trigger={<SlidersHorizontal size={18} aria-hidden="true" />} />
          <IconButton icon={FolderInput} label={t('import.title')} onClick={() => setDialog('import')} />
          <IconButton
            icon={PanelRight}
            label={t(details ? 'gallery.detailsHide' : 'gallery.details')}
            pressed={details}
            onClick={() => gallery.change((draft) => ({ ...draft, details: !details }))}
          />
        </div>
      </header>
      {coming && (
        <div className="gallery-coming">
          <ProgressBar label={t('work.import')} fraction={coming.done / coming.total} />
          <span className="small soft">{t('import.running', coming)}</span>
        </div>
      )}
      <div
        className={`gallery-main ${panelShown ? 'with-panel' : ''}`}
        role="presentation"
        onKeyDown={(event) => event.key === 'Escape' && setOver(false)}
      >
        {panelShown && <CollectionsPanel place={place} collections={collections} onGo={go} />}
        {/* Over a narrow window's pictures the list goes when they are touched. */}
        <div className="gallery-content" role="presentation" onPointerDown={() => setOver(false)}>
          {collection && <CollectionBar collection={collection} onGone={() => setAsked({ view: 'all' })} />}
          {place.view === 'duplicates' ? (
            <DuplicatesView />
          ) : (
            <GalleryResults
              key={listKey}
              listKey={listKey}
              text={text}
              place={place}
              collections={collections}
            />
          )}
        </div>
      </div>
      {drop.over && <div className="drop-veil">{t('gallery.drop')}</div>}
      {dialog === 'import' && <ImportDialog onClose={() => setDialog(null)} />}
      {dialog === 'save' && (
        <CollectionDialog
          search={[collection?.search, text].filter((part) => part !== undefined).join(' ')}
          onClose={() => setDialog(null)}
        />
      )}
    </div>
  )
}
