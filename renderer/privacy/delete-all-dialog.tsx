import { useState } from 'react'
import type { Receipt } from '../../contract/privacy'
import { Button } from '../components/button'
import { Dialog } from '../components/dialog'
import { Field } from '../components/fields'
import { useLocale } from '../locales/context'
import { useStudio } from '../state/studio'

type DeleteAllDialogProps = { onClose: () => void; onDeleted: (receipt: Receipt) => void }

/** The one act without undo: the words have to be typed. */
export function DeleteAllDialog({ onClose, onDeleted }: DeleteAllDialogProps) {
  const studio = useStudio()
  const { t } = useLocale()
  const [typed, setTyped] = useState('')
  const [working, setWorking] = useState(false)
  const phrase = t('privacy.deletePhrase')
  const confirmed = typed.trim().toLowerCase() === phrase.toLowerCase()

  const destroy = async () => {
    if (!confirmed || working) return
    setWorking(true)
    const answer = await studio.api.call('privacy.deleteAll', { confirmation: 'delete everything' })
    setWorking(false)
    if (!answer.ok) return studio.toasts.fail(answer.failure)
    // What this window still remembers must not be written back.
    studio.forget()
    onDeleted(answer.value)
  }

  return (
    <Dialog
      title={t('privacy.deleteTitle')}
      onClose={onClose}
      footer={
        <>
          <Button label={t('common.cancel')} onClick={onClose} />
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
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void destroy()
        }}
      >
        <Field label={t('privacy.deleteType', { phrase })}>
          {({ id }) => (
            <input
              id={id}
              className="text-input"
              autoComplete="off"
              spellCheck={false}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  )
}
