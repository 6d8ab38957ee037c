import type { ExportMetadata } from '../../contract/export'
import type { Image } from '../../contract/image'
import { media } from '../api'
import { useLocale } from '../locales/context'
import { useSelected } from '../state/store'
import { useStudio } from '../state/studio'
import { insideOf } from './export-preview'

type InsideProps = { image: Image; format: string; metadata: ExportMetadata; several: boolean }

/** What exactly will be in the file, field by field. */
export function Inside({ image, format, metadata, several }: InsideProps) {
  const { info } = useStudio()
  const { t } = useLocale()
  const version = useSelected(info, (value) => value?.version ?? '')
  const fields = insideOf(image, metadata, version)
  return (
    <section className="export-inside" aria-label={t('export.inside')} aria-live="polite">
      <h3>{t('export.inside')}</h3>
      <img src={media.thumbnail(image.id, 320)} alt="" />
      <dl className="facts">
        <div>
          <dt>{t('export.pixels')}</dt>
          <dd>
            {t('export.pixelsValue', {
              width: image.width,
              height: image.height,
              format: format.toUpperCase(),
            })}
          </dd>
        </div>
        {fields.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="break">{value}</dd>
          </div>
        ))}
      </dl>
      {fields.length === 0 && <p className="soft">{t('export.nothingElse')}</p>}
      {several && <p className="field-hint">{t('export.several')}</p>}
    </section>
  )
}
