import { CircleCheck, CircleX, FolderPlus, LoaderCircle } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { Failure } from '../../contract/errors'
import type { Passport } from '../../contract/model'
import type { Outcome } from '../../contract/rpc'
import { Button } from '../components/button'
import { Dialog } from '../components/dialog'
import { FailureNotice } from '../components/failure-notice'
import { useLocale } from '../locales/context'
import { useStudio } from '../state/studio'
import { useObstacle } from './obstacle'
import { PassportFacts } from './passport-facts'
import { PlaceField } from '../components/place-field'
import { SeveralModels } from './several-models'

type Looked =
  | { state: 'no' }
  | { state: 'looking' }
  | { state: 'seen'; passport: Passport }
  | { state: 'failed'; failure: Failure }

const seenIn = (answer: Outcome<Passport>): Looked =>
  answer.ok ? { state: 'seen', passport: answer.value } : { state: 'failed', failure: answer.failure }

/** A path goes in; within a second the passport says what lies there, whether it runs, and if not what to do. */
export function AddModelDialog({ start = '', onClose }: { start?: string; onClose: () => void }) {
  const { api, toasts } = useStudio()
  const { t } = useLocale()
  const [path, setPath] = useState(start)
  const [looked, setLooked] = useState<Looked>({ state: start === '' ? 'no' : 'looking' })
  const obstacle = useObstacle()

  useEffect(() => {
    if (start === '') return undefined
    let current = true
    void api.call('models.inspect', { path: start }).then((answer) => {
      if (current) setLooked(seenIn(answer))
    })
    return () => {
      current = false
    }
  }, [api, start])
  const look = (at: string) => {
    if (at.trim() === '') return
    setLooked({ state: 'looking' })
    void api.call('models.inspect', { path: at.trim() }).then((answer) => setLooked(seenIn(answer)))
  }
  const choose = (at: string) => {
    setPath(at)
    look(at)
  }
  const add = async (passport: Passport) => {
    const answer = await api.call('models.add', { path: passport.path })
    if (!answer.ok) return setLooked({ state: 'failed', failure: answer.failure })
    toasts.show((now) => now.t('models.added', { name: answer.value.name }))
    onClose()
  }
  const addAll = async ({ path: folder }: Passport) => {
    const answer = await api.call('models.addRoot', { path: folder })
    if (!answer.ok) return setLooked({ state: 'failed', failure: answer.failure })
    toasts.show((now) => now.t('folders.added', { path: folder }))
    onClose()
  }
  const passport = looked.state === 'seen' ? looked.passport : undefined
  const several = passport?.obstacle === 'folder-of-models'

  return (
    <Dialog
      title={t('models.add')}
      onClose={onClose}
      footer={
        <>
          <Button label={t('common.cancel')} onClick={onClose} />
          {several ? (
            <Button
              tone="primary"
              icon={FolderPlus}
              label={t('folders.addThis')}
              onClick={() => void addAll(passport)}
            />
          ) : (
            <Button
              tone="primary"
              label={t('models.use')}
              disabled={!passport?.runs}
              onClick={() => passport && void add(passport)}
            />
          )}
        </>
      }
    >
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          look(path)
        }}
      >
        <PlaceField
          label={t('models.addPath')}
          hint={t('models.addPathHint')}
          files="models"
          value={path}
          onChange={(next) => {
            setPath(next)
            setLooked({ state: 'no' })
          }}
          onPicked={look}
        >
          <Button type="submit" label={t('models.inspect')} disabled={path.trim() === ''} />
        </PlaceField>
      </form>
      <div aria-live="polite">
        {looked.state === 'looking' && (
          <p className="row soft">
            <LoaderCircle size={16} className="turning" aria-hidden="true" />
            {t('models.inspecting')}
          </p>
        )}
        {looked.state === 'failed' && <FailureNotice failure={looked.failure} />}
        {several && <SeveralModels folder={passport} onChoose={choose} />}
        {passport && !several && (
          <section className="stack" aria-label={t('models.passport')}>
            <div className={`verdict ${passport.runs ? 'runs' : ''}`}>
              {passport.runs ? (
                <CircleCheck size={20} aria-hidden="true" />
              ) : (
                <CircleX size={20} aria-hidden="true" />
              )}
              <div>
                <strong translate="no">{passport.name}</strong>
                <p>{t(passport.runs ? 'models.runs' : 'models.runsNot')}</p>
                {passport.obstacle !== undefined && <p>{obstacle(passport.obstacle)}</p>}
              </div>
            </div>
            <p className="soft">{passport.detail}</p>
            <PassportFacts passport={passport} />
          </section>
        )}
      </div>
    </Dialog>
  )
}
