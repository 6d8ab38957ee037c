import { Suspense, lazy, useEffect, useState } from 'react'
import type { OpenedFile } from '../../contract/opened-file'
import { Button } from '../components/button'
import { Dialog } from '../components/dialog'
import { useLocale } from '../locales/context'
import { useStudio } from '../state/studio'

const AddModelDialog = lazy(() =>
  import('../models/add-model-dialog').then((room) => ({ default: room.AddModelDialog })),
)
const BackupDialog = lazy(() =>
  import('../privacy/backup-dialog').then((room) => ({ default: room.BackupDialog })),
)
const named = 5

/** Files that were opened with Sanggar, one question after the other; pictures are one question together. */
export function OpenedFiles() {
  const { api } = useStudio()
  const [waiting, setWaiting] = useState<readonly OpenedFile[]>([])
  useEffect(() => {
    const ask = async () => {
      const answer = await api.call('host.openedFiles', null)
      if (answer.ok && answer.value.length > 0) setWaiting((known) => [...known, ...answer.value])
    }
    void ask()
    const stop = api.on('host.opened', () => void ask())
    return () => {
      stop()
    }
  }, [api])

  const [first] = waiting
  if (first === undefined) return null
  if (first.kind === 'picture') {
    const pictures = waiting.filter(({ kind }) => kind === 'picture')
    return (
      <PicturesDialog
        pictures={pictures}
        onClose={() => setWaiting((all) => all.filter((file) => !pictures.includes(file)))}
      />
    )
  }
  const next = () => setWaiting((all) => all.filter((file) => file !== first))
  return (
    <Suspense>
      {first.kind === 'backup' ? (
        <BackupDialog key={first.path} act="restore" start={first.path} onClose={next} />
      ) : (
        <AddModelDialog key={first.path} start={first.path} onClose={next} />
      )}
    </Suspense>
  )
}

function PicturesDialog({ pictures, onClose }: { pictures: readonly OpenedFile[]; onClose: () => void }) {
  const { api, toasts } = useStudio()
  const { t } = useLocale()
  const bringIn = async () => {
    onClose()
    const answer = await api.call('import.start', { paths: pictures.map(({ path }) => path) })
    if (!answer.ok) toasts.fail(answer.failure)
  }
  return (
    <Dialog
      title={t('opened.title', { count: pictures.length })}
      onClose={onClose}
      footer={
        <>
          <Button label={t('common.cancel')} onClick={onClose} />
          <Button tone="primary" label={t('opened.bringIn')} onClick={() => void bringIn()} />
        </>
      }
    >
      <ul className="opened-names mono">
        {pictures.slice(0, named).map(({ path, name }) => (
          <li key={path}>{name}</li>
        ))}
      </ul>
      {pictures.length > named && (
        <p className="faint">{t('opened.more', { count: pictures.length - named })}</p>
      )}
      <p className="soft">{t('opened.text')}</p>
    </Dialog>
  )
}
