import { Folder, FolderPlus, Trash2, Unplug } from 'lucide-react'
import { useState } from 'react'
import type { Failure } from '../../contract/errors'
import { Button, IconButton } from '../components/button'
import { Dialog } from '../components/dialog'
import { FailureNotice } from '../components/failure-notice'
import { useLocale } from '../locales/context'
import { useAnswer } from '../state/answer'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { PlaceField } from '../components/place-field'

/** Folders whose models are listed where they lie, and how much room all models take. */
export function ModelFolders() {
  const { api, models, toasts } = useStudio()
  const { t, bytes } = useLocale()
  const list = useStore(models)
  const [adding, setAdding] = useState(false)
  // The list of models is new whenever a folder came or went.
  const { value: roots, again } = useAnswer('models.roots', null, list?.length ?? 0)
  const here = (list ?? []).filter(({ state }) => state !== 'missing')
  const total = here.reduce((sum, { passport }) => sum + passport.bytes, 0)
  const remove = async (path: string) => {
    const answer = await api.call('models.removeRoot', { path })
    if (!answer.ok) return toasts.fail(answer.failure)
    again()
    return toasts.offerUndo(
      (now) => now.t('folders.removed'),
      () => void api.call('models.addRoot', { path }).then(again),
    )
  }
  return (
    <section className="panel folders" aria-labelledby="folders-title">
      <header className="row wrap">
        <div className="grow">
          <h2 id="folders-title">{t('folders.title')}</h2>
          <p className="soft">{t('folders.text')}</p>
        </div>
        <Button icon={FolderPlus} label={t('folders.add')} onClick={() => setAdding(true)} />
      </header>
      {roots && roots.length > 0 && (
        <ul className="stack tight">
          {roots.map((root) => (
            <li key={root.path} className="row">
              {root.state === 'ready' ? (
                <Folder size={16} aria-hidden="true" />
              ) : (
                <Unplug size={16} aria-hidden="true" className="away" />
              )}
              <code className="grow break" translate="no">
                {root.path}
              </code>
              <span className="small soft">
                {root.state === 'missing' && `${t('models.state.missing')} · `}
                {t('folders.models', { count: root.models })}
              </span>
              <IconButton
                icon={Trash2}
                size={16}
                label={t('folders.remove', { path: root.path })}
                onClick={() => void remove(root.path)}
              />
            </li>
          ))}
        </ul>
      )}
      <p className="small faint">{t('folders.disk', { count: here.length, bytes: bytes(total) })}</p>
      {adding && (
        <AddFolderDialog
          onClose={() => {
            setAdding(false)
            again()
          }}
        />
      )}
    </section>
  )
}

function AddFolderDialog({ onClose }: { onClose: () => void }) {
  const { api } = useStudio()
  const { t } = useLocale()
  const [path, setPath] = useState('')
  const [failure, setFailure] = useState<Failure | null>(null)
  const add = async () => {
    const answer = await api.call('models.addRoot', { path: path.trim() })
    if (!answer.ok) return setFailure(answer.failure)
    return onClose()
  }
  return (
    <Dialog
      title={t('folders.add')}
      onClose={onClose}
      footer={
        <>
          <Button label={t('common.cancel')} onClick={onClose} />
          <Button
            tone="primary"
            label={t('folders.add')}
            disabled={path.trim() === ''}
            onClick={() => void add()}
          />
        </>
      }
    >
      <p className="soft">{t('folders.text')}</p>
      <PlaceField label={t('folder.path')} hint={t('folders.hint')} value={path} onChange={setPath} />
      {failure && <FailureNotice failure={failure} />}
    </Dialog>
  )
}
