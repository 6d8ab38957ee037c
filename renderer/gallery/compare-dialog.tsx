import { ArrowLeftRight } from 'lucide-react'
import { useState } from 'react'
import { media } from '../api'
import { Button } from '../components/button'
import { Choice } from '../components/choice'
import { CompareSlider } from '../components/compare'
import { Dialog } from '../components/dialog'
import { useLocale } from '../locales/context'
import { useImage, useImageName } from '../state/library'

/** Two pictures next to each other, or on one spot with a divider. */
export function CompareDialog({ ids, onClose }: { ids: readonly [string, string]; onClose: () => void }) {
  const { t } = useLocale()
  const nameOf = useImageName()
  const [swapped, setSwapped] = useState(false)
  const [mode, setMode] = useState<'sides' | 'slider'>('sides')
  const [left, right] = swapped ? [ids[1], ids[0]] : ids
  const names = [useImage(left), useImage(right)].map(({ value }) => (value ? nameOf(value) : ''))
  const side = (id: string, name: string | undefined) => ({
    src: media.image(id),
    label: name ?? '',
    alt: name ?? '',
  })

  return (
    <Dialog title={t('gallery.comparison')} wide onClose={onClose}>
      <div className="row spread wrap">
        <Choice
          legend={t('gallery.comparison')}
          hideLegend
          look="segments"
          value={mode}
          options={[
            { value: 'sides', label: t('gallery.sideBySide') },
            { value: 'slider', label: t('gallery.slider') },
          ]}
          onChoose={setMode}
        />
        <Button icon={ArrowLeftRight} label={t('gallery.swap')} onClick={() => setSwapped(!swapped)} />
      </div>
      <div className="compare-stage">
        {mode === 'slider' ? (
          <CompareSlider before={side(left, names[0])} after={side(right, names[1])} />
        ) : (
          <div className="compare-sides">
            {[left, right].map((id, index) => (
              <figure key={id}>
                <img src={media.image(id)} alt={names[index] ?? ''} />
                <figcaption className="small faint">{names[index]}</figcaption>
              </figure>
            ))}
          </div>
        )}
      </div>
    </Dialog>
  )
}
