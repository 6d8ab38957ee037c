import { EyeOff } from 'lucide-react'
import type { Image } from '../../contract/image'
import { useLocale } from '../locales/context'
import { useCovering } from '../state/covers'
import { Button } from './button'

/** Over a blurred picture: why it is, and the ways to see it. Nothing where it is shown. */
export function CoverNotice({ image }: { image: Pick<Image, 'id' | 'covered'> }) {
  const { t } = useLocale()
  const { hidden, show, showAlways } = useCovering(image)
  if (!hidden || image.covered === undefined) return null
  return (
    <div className="cover-notice" role="group" aria-label={t('cover.title')}>
      <EyeOff size={20} aria-hidden="true" />
      <p>{t(`cover.${image.covered}`)}</p>
      <div className="row wrap">
        <Button tone="primary" label={t('cover.show')} onClick={show} />
        <Button label={t('cover.showAlways')} onClick={showAlways} />
      </div>
    </div>
  )
}
