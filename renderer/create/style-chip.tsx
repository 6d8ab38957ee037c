import { Palette } from 'lucide-react'
import { Choice } from '../components/choice'
import { Popover } from '../components/popover'
import { useLocale } from '../locales/context'
import { useSelected } from '../state/store'
import { useStudio } from '../state/studio'
import { StyleArt } from './style-art'
import { styleOf, styles } from './styles'

export function StyleChip() {
  const { create } = useStudio()
  const { t, language } = useLocale()
  const chosen = useSelected(create, (draft) => draft.style)
  const style = styleOf(chosen)
  const name = style?.name[language] ?? t('create.styleNone')
  return (
    <Popover
      className={`chip ${style ? 'on' : ''}`}
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
        <Choice
          legend={t('create.style')}
          look="cards"
          value={style?.id ?? ''}
          options={[
            { value: '', label: t('create.styleNone'), art: <StyleArt style={undefined} /> },
            ...styles.map((one) => ({
              value: one.id,
              label: one.name[language],
              art: <StyleArt style={one} />,
            })),
          ]}
          onChoose={(id) => create.change((draft) => ({ ...draft, style: id }))}
        />
        <p className="field-hint">{style && t('create.styleAdds', { text: style.adds[language] })}</p>
      </div>
    </Popover>
  )
}
