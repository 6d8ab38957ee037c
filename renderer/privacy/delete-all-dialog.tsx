import { useEffect, useState } from 'react'
import type { Receipt } from '../../contract/privacy'
import { Button } from '../components/button'
import { Dialog } from '../components/dialog'
import { TextField } from '../components/text-field'
import { ProgressBar } from '../components/progress-bar'
import { useLocale } from '../locales/context'
import { useStudio } from '../state/studio'

/** Files that are gone, and all that have to go. */
type Removed = { done: number; total: number }

type DeleteAllDialogProps = { onClose: () => void; onDeleted: (receipt: Receipt) => void }

/** The one act without undo: the words have to be typed. */
export function DeleteAllDialog({ onClose, onDeleted }: DeleteAllDialogProps) {
  const studio = useStudio()
  const { t } = useLocale()
  const [typed, setTyped] = useState('')
  const [working, setWorking] = useState(false)
  const [removed, setRemoved] = useState<Removed | null>(null)
  useEffect(() => studio.api.on('library.emptying', setRemoved), [studio])
  const phrase = t('privacy.deletePhrase')
  const confirmed = typed.trim().toLowerCase() === phrase.toLowerCase()

  const destroy = async () => {
    if (!confirmed || working) return
    setWorking(true)
    const answer = await studio.api.call('privacy.deleteAll', { confirmation: 'delete everything' })
    setWorking(false)
    setRemoved(null)
    if (!answer.ok) return studio.toasts.fail(answer.failure)
    // What this window still remembers must not be written back.
    studio.forget()
    onDeleted(answer.value)
  }

  return (
    <Dialog
      title={t('privacy.deleteTitle')}
      onClose={() => {
        // What has begun is final, and its receipt is to be seen.
        if (!working) onClose()
      }}
      footer={
        <>
          <Button label={t('common.cancel')} disabled={working} onClick={onClose} />
          <Button
            tone="danger"
            label={t(working ? 'privacy.deleting' : 'privacy.deleteAll')}
            disabled={!confirmed || working}
            onClick={() => void destroy()}
          />
        </>
      }
    >
      <p className="soft">{t('privacy.deleteWarning')}</p>
      {working ? (
        <Removing removed={removed} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            void destroy()
          }}
        >
          <TextField
            label={t('privacy.deleteType', { phrase })}
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={setTyped}
          />
        </form>
      )}
    </Dialog>
  )
}

function Removing({ removed }: { removed: Removed | null }) {
  const { t, number } = useLocale()
  const { done, total } = removed ?? { done: 0, total: 0 }
  const text =
    removed === null
      ? t('privacy.deletingSoon')
      : t('privacy.deletingFiles', { done: number(done), total: number(total) })
  return (
    <div className="stack tight" role="status">
      <ProgressBar label={t('privacy.deleting')} fraction={total === 0 ? 0 : done / total} text={text} />
      <span className="small soft">{text}</span>
      {removed !== null && <p className="small soft">{t('privacy.deletingNoise')}</p>}
    </div>
  )
}
