import { useEffect, useState } from 'react'
import type { Failure } from '../../contract/errors'
import type { Work } from '../../contract/work'
import { Button } from '../components/button'
import { Dialog } from '../components/dialog'
import { FailureNotice } from '../components/failure-notice'
import { PlaceField } from '../components/place-field'
import { ProgressBar } from '../components/progress-bar'
import { useLocale } from '../locales/context'
import { useStudio } from '../state/studio'

/** Pictures from a folder of this machine. It goes on when the dialog is closed. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const { api } = useStudio()
  const { t } = useLocale()
  const [path, setPath] = useState('')
  const [work, setWork] = useState<Work | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const id = work?.id
  useEffect(
    () => api.on('work.changed', (news) => setWork((now) => (now?.id === news.id ? news : now))),
    [api],
  )

  const start = async (from: string) => {
    if (from.trim() === '') return
    setFailure(null)
    const answer = await api.call('import.start', { paths: [from.trim()] })
    if (!answer.ok) return setFailure(answer.failure)
    const list = await api.call('works.list', null)
    if (list.ok) setWork(list.value.find((one) => one.id === answer.value.id) ?? null)
  }
  const running = work?.state === 'running'

  return (
    <Dialog
      title={t('import.title')}
      onClose={onClose}
      footer={
        <>
          {running && id && (
            <Button label={t('import.stop')} onClick={() => void api.call('works.cancel', { id })} />
          )}
          <Button label={t('common.close')} onClick={onClose} />
          <Button
            tone="primary"
            label={t('import.start')}
            disabled={running || path.trim() === ''}
            onClick={() => void start(path)}
          />
        </>
      }
    >
      <p className="soft">{t('import.text')}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void start(path)
        }}
      >
        <PlaceField label={t('import.path')} value={path} onChange={setPath} />
      </form>
      <div aria-live="polite">{work && <ImportProgress work={work} />}</div>
      {failure && <FailureNotice failure={failure} />}
    </Dialog>
  )
}

function ImportProgress({ work }: { work: Work }) {
  const { t, list } = useLocale()
  const { result } = work
  if (work.state === 'cancelled') {
    return <p className="soft">{t('import.stopped', { done: work.done, total: work.total })}</p>
  }
  if (work.failure) return <FailureNotice failure={work.failure} />
  if (!result) {
    return (
      <div className="stack tight">
        <ProgressBar label={t('progress.label')} fraction={work.total === 0 ? 0 : work.done / work.total} />
        <span className="small soft">
          {work.total === 0
            ? t('import.counting')
            : t('import.running', { done: work.done, total: work.total })}
        </span>
      </div>
    )
  }
  return (
    <div className="stack tight">
      <strong>{t('import.done', { count: result.written })}</strong>
      {result.duplicates > 0 && (
        <span className="soft">{t('import.duplicates', { count: result.duplicates })}</span>
      )}
      {result.unreadable.length > 0 && (
        <span className="soft break">
          {t('import.unreadable', { count: result.unreadable.length })}: {list(result.unreadable)}
        </span>
      )}
    </div>
  )
}
