import { FolderOpen } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../components/button'
import { Dialog } from '../components/dialog'
import { Field } from '../components/fields'
import { useLocale } from '../locales/context'
import { useSelected } from '../state/store'
import { useStudio } from '../state/studio'

type FolderDialogProps = {
  title: string
  action: string
  onChoose: (folder: string) => void
  onClose: () => void
}

/** A folder of this machine: chosen where the host has dialogs, else typed. */
export function FolderDialog({ title, action, onChoose, onClose }: FolderDialogProps) {
  const { api, info, toasts } = useStudio()
  const { t } = useLocale()
  const dialogs = useSelected(info, (value) => value?.capabilities.dialogs ?? false)
  const [path, setPath] = useState('')
  const browse = async () => {
    const answer = await api.call('host.chooseFolder', null)
    if (!answer.ok) toasts.fail(answer.failure)
    else if (answer.value.path !== null) setPath(answer.value.path)
  }
  const done = () => {
    if (path.trim() === '') return
    onChoose(path.trim())
    onClose()
  }
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button label={t('common.cancel')} onClick={onClose} />
          <Button tone="primary" label={action} disabled={path.trim() === ''} onClick={done} />
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          done()
        }}
      >
        <Field label={t('folder.path')} hint={t('folder.hint')}>
          {({ id, describedBy }) => (
            <div className="row">
              <input
                id={id}
                className="text-input mono"
                spellCheck={false}
                autoComplete="off"
                aria-describedby={describedBy}
                value={path}
                onChange={(event) => setPath(event.currentTarget.value)}
              />
              {dialogs && (
                <Button icon={FolderOpen} label={t('common.choose')} onClick={() => void browse()} />
              )}
            </div>
          )}
        </Field>
      </form>
    </Dialog>
  )
}
