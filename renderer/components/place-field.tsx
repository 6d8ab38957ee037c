import './place.css'
import { FolderOpen } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Button } from './button'
import { Field } from './fields'
import { useLocale } from '../locales/context'
import { useSelected } from '../state/store'
import { useStudio } from '../state/studio'
import { FolderBrowser } from './folder-browser'

type PlaceFieldProps = {
  label: string
  hint?: string
  value: string
  /** a single file will do as well as a folder; of backups there are only files */
  files?: 'models' | 'backups'
  onChange: (path: string) => void
  /** a path that was picked, not typed */
  onPicked?: (path: string) => void
  children?: ReactNode
}

const choosers = {
  folders: 'host.chooseFolder',
  models: 'host.chooseModel',
  backups: 'host.chooseBackup',
} as const

/** A path of this computer: typed, or picked in the host's own dialog, or in ours where it has none. */
export function PlaceField(props: PlaceFieldProps) {
  const { label, hint, value, files, onChange, onPicked, children } = props
  const { api, info, toasts } = useStudio()
  const { t } = useLocale()
  const dialogs = useSelected(info, (about) => about?.capabilities.dialogs ?? false)
  const [browsing, setBrowsing] = useState(false)
  const pick = (path: string) => {
    onChange(path)
    onPicked?.(path)
  }
  const browse = async () => {
    if (!dialogs) return setBrowsing(true)
    const answer = await api.call(choosers[files ?? 'folders'], null)
    if (!answer.ok) return toasts.fail(answer.failure)
    if (answer.value.path !== null) pick(answer.value.path)
    return undefined
  }
  return (
    <>
      <Field label={label} {...(hint !== undefined && { hint })}>
        {({ id, describedBy }) => (
          <div className="row place-row">
            <input
              id={id}
              className="text-input mono"
              spellCheck={false}
              autoComplete="off"
              aria-describedby={describedBy}
              value={value}
              onChange={(event) => onChange(event.currentTarget.value)}
            />
            <Button icon={FolderOpen} label={t('models.browse')} onClick={() => void browse()} />
            {children}
          </div>
        )}
      </Field>
      {browsing && (
        <FolderBrowser start={value} files={files} onChoose={pick} onClose={() => setBrowsing(false)} />
      )}
    </>
  )
}
