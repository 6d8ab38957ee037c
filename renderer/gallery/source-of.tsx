import { useState } from 'react'
import type { Image } from '../../contract/image'
import { media } from '../api'
import { useLocale } from '../locales/context'
import { useImage, useImageName } from '../state/library'
import { CompareDialog } from './compare-dialog'

/** The picture that this one was made from, and the way to compare the two. */
export function SourceOf({ image }: { image: Image }) {
  const { t } = useLocale()
  const nameOf = useImageName()
  const [comparing, setComparing] = useState(false)
  const source = useImage(image.source).value
  if (!source) return null
  return (
    <>
      <button
        type="button"
        className="source-of"
        aria-label={`${t('gallery.source')}: ${nameOf(source)}`}
        onClick={() => setComparing(true)}
      >
        <img src={media.thumbnail(source.id, 64)} alt="" />
        <span className="grow">
          <span className="small faint">{t('gallery.source')}</span>
          <span className="source-name">{nameOf(source)}</span>
        </span>
      </button>
      {comparing && <CompareDialog ids={[source.id, image.id]} onClose={() => setComparing(false)} />}
    </>
  )
}
