import { Archive, ArrowUp, Boxes, Folder } from 'lucide-react'
import { useState } from 'react'
import { Button } from './button'
import { Dialog } from './dialog'
import { FailureNotice } from './failure-notice'
import { useLocale } from '../locales/context'
import { useAnswer } from '../state/answer'

type FolderBrowserProps = {
  /** where it begins; "" is the home folder */
  start: string
  /** files of which kind can be taken besides folders, or instead of them */
  files: 'models' | 'backups' | undefined
  onChoose: (path: string) => void
  onClose: () => void
}

/** The folders of this computer, for hosts without a dialog of their own. */
export function FolderBrowser({ start, files, onChoose, onClose }: FolderBrowserProps) {
  const { t } = useLocale()
  const [place, setPlace] = useState<string | null>(start === '' ? null : start)
  const answer = useAnswer('host.listFolder', { path: place, files })
  const here = answer.value
  const FileIcon = files === 'backups' ? Archive : Boxes
  const choose = (path: string) => {
    onChoose(path)
    onClose()
  }
  return (
    <Dialog
      title={t(files === 'backups' ? 'browse.backup' : 'browse.title')}
      onClose={onClose}
      footer={
        <>
          <Button label={t('common.cancel')} onClick={onClose} />
          {files !== 'backups' && (
            <Button
              tone="primary"
              label={t('browse.choose')}
              disabled={!here}
              onClick={() => here && choose(here.path)}
            />
          )}
        </>
      }
    >
      <div className="row">
        <Button
          icon={ArrowUp}
          label={t('browse.up')}
          disabled={!here?.parent}
          onClick={() => setPlace(here?.parent ?? null)}
        />
        <code className="grow small break">{here?.path}</code>
      </div>
      {answer.state === 'failed' && <FailureNotice failure={answer.failure} />}
      {answer.state === 'failed' && <Button label={t('browse.home')} onClick={() => setPlace(null)} />}
      <ul className="browse-list" aria-label={here?.path}>
        {here?.folders.map((folder) => (
          <li key={folder.path}>
            <button type="button" className="browse-item" onClick={() => setPlace(folder.path)}>
              <Folder size={16} aria-hidden="true" />
              <span className="break">{folder.name}</span>
            </button>
          </li>
        ))}
        {files &&
          here?.files.map((file) => (
            <li key={file.path}>
              <button type="button" className="browse-item" onClick={() => choose(file.path)}>
                <FileIcon size={16} aria-hidden="true" />
                <span className="break">{file.name}</span>
              </button>
            </li>
          ))}
        {here && here.folders.length === 0 && (!files || here.files.length === 0) && (
          <li className="faint">{t(files === 'backups' ? 'browse.noBackup' : 'browse.empty')}</li>
        )}
      </ul>
    </Dialog>
  )
}
