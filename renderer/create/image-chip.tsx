import { ImagePlus, X } from 'lucide-react'
import type { Model } from '../../contract/model'
import { media } from '../api'
import { Button } from '../components/button'
import { Slider } from '../components/fields'
import { Popover } from '../components/popover'
import { useLocale } from '../locales/context'
import { useSelected } from '../state/store'
import { useStudio } from '../state/studio'

/** The picture to start from, and how much of it may change. */
export function ImageChip({ model, onPick }: { model: Model | undefined | null; onPick: () => void }) {
  const { create } = useStudio()
  const { t, percent } = useLocale()
  const image = useSelected(create, (draft) => draft.image)
  const able = model?.passport.capabilities.includes('image-to-image') ?? false
  const unable = model && !able ? t('create.imageUnable', { model: model.name }) : undefined

  if (!image) {
    return (
      <button
        type="button"
        className="chip terse"
        aria-label={t('create.imageAdd')}
        title={unable ?? t('create.imageAdd')}
        disabled={!able}
        onClick={onPick}
      >
        <ImagePlus size={15} aria-hidden="true" />
        <span>{t('create.imageChip')}</span>
      </button>
    )
  }
  return (
    <Popover
      className={`chip on image-chip ${able ? '' : 'absent'}`}
      label={t('create.image')}
      trigger={
        <>
          <img src={media.thumbnail(image.id, 64)} alt="" />
          <span>{t('create.strengthValue', { percent: percent(image.strength) })}</span>
        </>
      }
    >
      <div className="stack">
        <img className="image-chip-large" src={media.thumbnail(image.id, 320)} alt={t('create.image')} />
        {unable && <p className="field-hint">{unable}</p>}
        <Slider
          label={t('create.strength')}
          value={image.strength}
          minimum={0.05}
          maximum={1}
          step={0.05}
          shown={percent(image.strength)}
          ends={[t('create.strengthKeep'), t('create.strengthChange')]}
          onChange={(strength) => create.change((draft) => ({ ...draft, image: { ...image, strength } }))}
        />
        <div className="row spread">
          <Button label={t('common.choose')} icon={ImagePlus} onClick={onPick} />
          <Button
            label={t('common.remove')}
            icon={X}
            onClick={() => create.change((draft) => ({ ...draft, image: null }))}
          />
        </div>
      </div>
    </Popover>
  )
}
