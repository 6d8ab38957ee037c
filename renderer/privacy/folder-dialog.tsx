import { useState } from 'react'
import { Button } from '../components/button'
import { Dialog } from '../components/dialog'
import { FolderField } from '../components/folder-field'
import { useLocale } from '../locales/context'

type FolderDialogProps = {
  title: string
  action: string
  onChoose: (folder: string) => void
  onClose: () => void
}

/** Asks where something goes. */
export function FolderDialog({ title, action, onChoose, onClose }: FolderDialogProps) {
  const { t } = useLocale()
  const [path, setPath] = useState('')
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
        <FolderField value={path} onChange={setPath} />
      </form>
    </Dialog>
  )
}
