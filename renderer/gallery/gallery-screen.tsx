import './gallery.css'
import { FolderInput, PanelRight } from 'lucide-react'
import { useCallback, useState } from 'react'
import { IconButton } from '../components/button'
import { Choice } from '../components/choice'
import { useLocale } from '../locales/context'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { GalleryResults, type GalleryView } from './gallery-results'
import { ImportDialog } from './import-dialog'
import { SearchBox } from './search-box'

const views: readonly GalleryView[] = ['all', 'starred', 'shared', 'trash']

/** What is searched and how it is shown; the answer stands below. */
export function GalleryScreen() {
  const { gallery } = useStudio()
  const { t } = useLocale()
  const { tileSize, details, sort } = useStore(gallery)
  const [text, setText] = useState('')
  const [view, setView] = useState<GalleryView>('all')
  const [importing, setImporting] = useState(false)
  const search = useCallback((next: string) => setText(next), [])

  return (
    <div className="gallery">
      <header className="gallery-bar">
        <h1>{t('gallery.title')}</h1>
        <SearchBox onSearch={search} />
        <Choice
          legend={t('gallery.view')}
          hideLegend
          look="segments"
          value={view}
          options={views.map((name) => ({ value: name, label: t(`gallery.${name}`) }))}
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
      <GalleryResults key={`${view} ${sort} ${text}`} text={text} view={view} />
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
    </div>
  )
}
