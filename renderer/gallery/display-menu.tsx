import type { ReactNode } from 'react'
import { Choice } from '../components/choice'
import { Slider } from '../components/fields'
import { Popover } from '../components/popover'
import { useLocale } from '../locales/context'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { groupings } from './grid-layout'

const sorts = ['newest', 'oldest'] as const

/** Order, headings and size of the tiles. */
export function DisplayMenu({ trigger }: { trigger: ReactNode }) {
  const { gallery } = useStudio()
  const { t, number } = useLocale()
  const { tileSize, sort, group } = useStore(gallery)
  return (
    <Popover className="icon-button" label={t('gallery.display')} side="below" align="end" trigger={trigger}>
      <div className="stack">
        <Choice
          legend={t('gallery.sort')}
          look="segments"
          value={sort}
          options={sorts.map((value) => ({ value, label: t(`gallery.${value}`) }))}
          onChoose={(value) => gallery.change((draft) => ({ ...draft, sort: value }))}
        />
        <Choice
          legend={t('gallery.group')}
          look="segments"
          value={group}
          options={groupings.map((value) => ({ value, label: t(`gallery.group.${value}`) }))}
          onChoose={(value) => gallery.change((draft) => ({ ...draft, group: value }))}
        />
        <Slider
          label={t('gallery.tileSize')}
          value={tileSize}
          minimum={112}
          maximum={320}
          step={16}
          shown={number(tileSize)}
          onChange={(size) => gallery.change((draft) => ({ ...draft, tileSize: size }))}
        />
      </div>
    </Popover>
  )
}
