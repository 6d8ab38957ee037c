import { useEffect, useState } from 'react'
import type { ExportPreview, ExportRequestInput } from '../../contract/export'
import type { Failure } from '../../contract/errors'
import { media } from '../api'
import { FailureNotice } from '../components/failure-notice'
import { useLocale } from '../locales/context'
import { useStudio } from '../state/studio'

type Preview =
  | { state: 'reading' }
  | { state: 'read'; preview: ExportPreview }
  | { state: 'failed'; failure: Failure }

const settleTime = 250

/** The first file as it will be, made and read back by the core when the choice settles; none is asked without a request. */
export function useExportPreview(request: ExportRequestInput | undefined): Preview {
  const { api } = useStudio()
  const [preview, setPreview] = useState<Preview>({ state: 'reading' })
  const key = JSON.stringify(request)
  useEffect(() => {
    if (key === undefined) return undefined
    let current = true
    const timer = setTimeout(() => {
      void api.call('export.preview', JSON.parse(key) as ExportRequestInput).then((answer) => {
        if (!current) return
        setPreview(
          answer.ok ? { state: 'read', preview: answer.value } : { state: 'failed', failure: answer.failure },
        )
      })
    }, settleTime)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [api, key])
  return preview
}

type InsideProps = {
  preview: Preview
  picture: string | undefined
  /** false where the file's name follows from something else than the request */
  named?: boolean
}

/** What exactly will be in the file, field by field. */
export function Inside({ preview, picture, named = true }: InsideProps) {
  const { t } = useLocale()
  return (
    <section className="export-inside" aria-label={t('export.inside')} aria-live="polite">
      <h3>{t('export.inside')}</h3>
      {picture !== undefined && <img src={media.thumbnail(picture, 320)} alt="" />}
      {preview.state === 'reading' && <p className="faint">{t('export.reading')}</p>}
      {preview.state === 'failed' && <FailureNotice failure={preview.failure} />}
      {preview.state === 'read' && <InsideOf preview={preview.preview} named={named} />}
    </section>
  )
}

function InsideOf({ preview, named }: { preview: ExportPreview; named: boolean }) {
  const { t, bytes, list } = useLocale()
  const { first, pictures, lists, dropped } = preview
  const said = first.carries.filter(({ technical }) => !technical)
  const technical = first.carries.filter((one) => one.technical)
  return (
    <>
      <div>
        {named && <p className="mono break">{first.name}</p>}
        <p className="small faint">
          {t('export.file', { width: first.width, height: first.height, bytes: bytes(first.bytes) })}
        </p>
      </div>
      {said.length === 0 ? <p>{t('export.nothingElse')}</p> : <Carries carries={said} />}
      {technical.length > 0 && (
        <details className="small">
          <summary>{t('export.technical', { count: technical.length })}</summary>
          <Carries carries={technical} />
        </details>
      )}
      {lists.map((one) => (
        <p key={one.name} className="small break">
          {t('export.listFields', { name: one.name, fields: list(one.fields) })}
        </p>
      ))}
      {dropped.length > 0 && (
        <div className="small soft">
          <p>{t('export.dropped')}</p>
          <ul className="dashes">
            {dropped.map((one) => (
              <li key={one.kind}>{t(`export.dropped.${one.kind}`, { count: one.pictures })}</li>
            ))}
          </ul>
        </div>
      )}
      {pictures > 1 && <p className="field-hint">{t('export.several')}</p>}
    </>
  )
}

function Carries({ carries }: { carries: ExportPreview['first']['carries'] }) {
  return (
    <dl className="facts">
      {carries.map(({ place, name, value }) => (
        <div key={`${place}${name}`}>
          <dt className="break">
            {name}
            <span className="small carries-place">{place}</span>
          </dt>
          <dd className="break carries-value">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
