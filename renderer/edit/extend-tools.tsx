import { Button } from '../components/button'
import { Choice } from '../components/choice'
import { NumberField, Slider } from '../components/fields'
import type { Image } from '../../contract/image'
import { useLocale } from '../locales/context'
import type { Editing } from './editing'
import { extendedSize, isExtended, marginsFor, noMargins, sides } from './extend'

const most = 2048
const ratios = [
  { name: '1:1', ratio: 1 },
  { name: '4:3', ratio: 4 / 3 },
  { name: '3:4', ratio: 3 / 4 },
  { name: '16:9', ratio: 16 / 9 },
  { name: '9:16', ratio: 9 / 16 },
] as const

/** How far the picture goes on beyond its edges, side by side or to a shape. */
export function ExtendTools({ image, editing }: { image: Image; editing: Editing }) {
  const { t } = useLocale()
  const { margins, draft } = editing
  const quarter = Math.round(Math.max(image.width, image.height) / 4 / 8) * 8
  return (
    <div className="stack">
      <p className="field-hint">{t('edit.extendHint')}</p>
      <div className="row wrap" role="group" aria-label={t('edit.extendTo')}>
        <Button
          label={t('edit.extendAll')}
          onClick={() => editing.setMargins({ left: quarter, top: quarter, right: quarter, bottom: quarter })}
        />
        {ratios.map(({ name, ratio }) => (
          <Button
            key={name}
            label={name}
            disabled={!isExtended(marginsFor(image, ratio))}
            onClick={() => editing.setMargins(marginsFor(image, ratio))}
          />
        ))}
        {isExtended(margins) && (
          <Button tone="quiet" label={t('edit.extendNone')} onClick={() => editing.setMargins(noMargins)} />
        )}
      </div>
      <div className="extend-sides">
        {sides.map((side) => (
          <NumberField
            key={side}
            label={t(`edit.side.${side}`)}
            value={margins[side]}
            minimum={0}
            maximum={most}
            step={8}
            onCommit={(value) => editing.setMargins({ ...margins, [side]: Math.round(value) })}
          />
        ))}
      </div>
      <p className="small soft" role="status">
        {t('edit.extendResult', extendedSize(image, margins))}
      </p>
      <Slider
        label={t('edit.feather')}
        value={draft.feather}
        minimum={0}
        maximum={64}
        shown={t('edit.pixels', { value: draft.feather })}
        onChange={(feather) => editing.set({ feather })}
      />
      <Choice
        legend={t('edit.fill')}
        look="segments"
        value={draft.fill}
        options={[
          { value: 'nothing', label: t('edit.fill.nothing') },
          { value: 'edges', label: t('edit.fill.edges') },
        ]}
        onChoose={(fill) => editing.write({ fill })}
      />
    </div>
  )
}
