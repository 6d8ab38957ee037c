import { useState } from 'react'
import type { Model } from '../../contract/model'
import { Button } from '../components/button'
import { Choice } from '../components/choice'
import { Dialog } from '../components/dialog'
import { FailureNotice } from '../components/failure-notice'
import { TextField } from '../components/text-field'
import { useLocale } from '../locales/context'
import { useAnswer } from '../state/answer'
import { useStudio } from '../state/studio'

/** From the list alone, or the files too: said plainly, and the second wants the name to be typed. */
export function RemoveModelDialog({ model, onClose }: { model: Model; onClose: () => void }) {
  const { api, toasts } = useStudio()
  const { t, bytes, list } = useLocale()
  const inRoot = model.root !== undefined
  const [what, setWhat] = useState<'entry' | 'files'>(inRoot ? 'files' : 'entry')
  const [typed, setTyped] = useState('')
  const there = model.state !== 'missing'
  const answer = useAnswer('models.files', there ? { id: model.id } : undefined)
  const found = answer.value
  const sure = what === 'entry' || (found !== undefined && typed.trim() === model.name)

  const remove = async () => {
    if (!sure) return
    if (what === 'entry') {
      const removed = await api.call('models.remove', { id: model.id })
      if (!removed.ok) return toasts.fail(removed.failure)
      toasts.show((now) => now.t('models.removed', { name: model.name }))
    } else {
      const erased = await api.call('models.erase', { id: model.id })
      if (!erased.ok) return toasts.fail(erased.failure)
      toasts.show((now) =>
        now.t('models.erased', { count: erased.value.files, bytes: bytes(erased.value.bytes) }),
      )
    }
    onClose()
  }
  return (
    <Dialog
      title={t('models.removeTitle', { name: model.name })}
      onClose={onClose}
      footer={
        <>
          <Button label={t('common.cancel')} onClick={onClose} />
          <Button
            tone="danger"
            label={t(what === 'entry' ? 'models.remove' : 'models.erase')}
            disabled={!sure}
            onClick={() => void remove()}
          />
        </>
      }
    >
      {inRoot ? (
        <p className="soft">{t('models.removeInFolder', { path: model.root ?? '' })}</p>
      ) : (
        <Choice
          legend={t('models.removeWhat')}
          value={what}
          options={[
            { value: 'entry', label: t('models.remove'), hint: t('models.removeText') },
            { value: 'files', label: t('models.erase'), hint: t('models.eraseHint'), disabled: !there },
          ]}
          onChoose={setWhat}
        />
      )}
      {what === 'files' && answer.state === 'failed' && <FailureNotice failure={answer.failure} />}
      {what === 'files' && found && (
        <>
          <p>
            {t('models.eraseText', { count: found.files, bytes: bytes(found.bytes) })}{' '}
            <code className="break" translate="no">
              {model.passport.path}
            </code>
          </p>
          {found.others.length > 0 && (
            <p className="soft break">{t('models.eraseOthers', { names: list(found.others.slice(0, 8)) })}</p>
          )}
          <TextField
            label={t('models.eraseType', { name: model.name })}
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={setTyped}
          />
        </>
      )}
    </Dialog>
  )
}
