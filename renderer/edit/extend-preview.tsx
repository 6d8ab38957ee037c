import type { CSSProperties } from 'react'
import type { Image } from '../../contract/image'
import { media } from '../api'
import { useLocale } from '../locales/context'
import { type Margins, extendedSize } from './extend'

/** The picture where it will stand in the larger one. */
export function ExtendPreview({ image, margins, name }: { image: Image; margins: Margins; name: string }) {
  const { t } = useLocale()
  const whole = extendedSize(image, margins)
  const share = (part: number, of: number) => `${(part / of) * 100}%`
  const style = {
    '--ratio': whole.width / whole.height,
    '--left': share(margins.left, whole.width),
    '--top': share(margins.top, whole.height),
    '--wide': share(image.width, whole.width),
    '--high': share(image.height, whole.height),
  } as CSSProperties
  return (
    <div className="extend-place">
      <div className="extend-frame" style={style} role="img" aria-label={t('edit.extendResult', whole)}>
        <img src={media.image(image.id)} alt={name} draggable={false} />
      </div>
    </div>
  )
}
