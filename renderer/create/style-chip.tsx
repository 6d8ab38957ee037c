import { Palette, Pencil, Plus } from 'lucide-react'
import { Suspense, lazy, useState } from 'react'
import { Button } from '../components/button'
import { Choice } from '../components/choice'
import { Popover } from '../components/popover'
import { useLocale } from '../locales/context'
import { useSelected } from '../state/store'
import { useStudio } from '../state/studio'
import { useStyles } from './own-styles'
import { StyleArt } from './style-art'
import { type OwnStyle, findStyles, styleOf } from './styles'

const StyleDialog = lazy(() => import('./style-dialog').then((room) => ({ default: room.StyleDialog })))

export function StyleChip() {
  const { create, ownStyles } = useStudio()
  const { t, language } = useLocale()
  const chosen = useSelected(create, (draft) => draft.style)
  const own = useSelected(ownStyles, ({ styles: list }) => list)
  const styles = useStyles()
  const [editing, setEditing] = useState<OwnStyle | null>(null)
  const style = styleOf(chosen, styles)
  const mine = own.find(({ id }) => id === chosen)
  const [wanted, setWanted] = useState('')
  const found = findStyles(styles, wanted, language)
  const name = style?.name[language] ?? t('create.styleNone')
  return (
    <>
      <Popover
        className={`chip ${style ? 'on' : 'terse'}`}
        panelClassName="style-panel"
        label={t('create.styleChip', { name })}
        trigger={
          <>
            <Palette size={15} aria-hidden="true" />
            <span>{style ? name : t('create.style')}</span>
          </>
        }
      >
        <div className="stack">
          <input
            type="search"
            className="text-input"
            aria-label={t('styles.search')}
            placeholder={t('styles.search')}
            value={wanted}
            onChange={(event) => setWanted(event.currentTarget.value)}
          />
          <Choice
            legend={t('create.style')}
            look="cards"
            value={style?.id ?? ''}
            options={[
              ...(wanted.trim() === ''
                ? [{ value: '', label: t('create.styleNone'), art: <StyleArt style={undefined} /> }]
                : []),
              ...found.map((one) => ({
                value: one.id,
                label: one.name[language],
                art: <StyleArt style={one} />,
              })),
            ]}
            onChoose={(id) => create.change((draft) => ({ ...draft, style: id }))}
          />
          <p className="field-hint" role="status">
            {wanted.trim() !== '' && t('styles.found', { count: found.length })}
          </p>
          <div className="row spread">
            <p className="field-hint grow">
              {style && t('create.styleAdds', { text: style.adds[language] })}
            </p>
            {mine ? (
              <Button icon={Pencil} label={t('styles.edit')} onClick={() => setEditing(mine)} />
            ) : (
              <Button icon={Plus} label={t('styles.save')} onClick={() => setEditing(newStyle())} />
            )}
          </div>
        </div>
      </Popover>
      <Suspense fallback={null}>
        {editing && <StyleDialog style={editing} onClose={() => setEditing(null)} />}
      </Suspense>
    </>
  )
}

const newStyle = (): OwnStyle => ({ id: `own-${crypto.randomUUID()}`, name: '', adds: '', strength: 0.6 })
