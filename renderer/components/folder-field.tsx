import { FolderOpen } from 'lucide-react'
import { useLocale } from '../locales/context'
import { useSelected } from '../state/store'
import { useStudio } from '../state/studio'
import { Button } from './button'
import { Field } from './fields'

/** A folder of this machine: chosen where the host has dialogs, and typed everywhere. */
export function FolderField({ value, onChange }: { value: string; onChange: (path: string) => void }) {
  const { api, info, toasts } = useStudio()
  const { t } = useLocale()
  const dialogs = useSelected(info, (about) => about?.capabilities.dialogs ?? false)
  const browse = async () => {
    const answer = await api.call('host.chooseFolder', null)
    if (!answer.ok) toasts.fail(answer.failure)
    else if (answer.value.path !== null) onChange(answer.value.path)
  }
  return (
    <Field label={t('folder.path')} hint={t('folder.hint')}>
      {({ id, describedBy }) => (
        <div className="row">
          <input
            id={id}
            className="text-input mono"
            spellCheck={false}
            autoComplete="off"
            aria-describedby={describedBy}
            value={value}
            onChange={(event) => onChange(event.currentTarget.value)}
          />
          {dialogs && <Button icon={FolderOpen} label={t('common.choose')} onClick={() => void browse()} />}
        </div>
      )}
    </Field>
  )
}
