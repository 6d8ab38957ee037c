import { CircleCheck, CircleX, FolderOpen, LoaderCircle } from 'lucide-react'
import { useState } from 'react'
import type { Failure } from '../../contract/errors'
import type { Passport } from '../../contract/model'
import { Button } from '../components/button'
import { Dialog } from '../components/dialog'
import { FailureNotice } from '../components/failure-notice'
import { Field } from '../components/fields'
import { useLocale } from '../locales/context'
import { useSelected } from '../state/store'
import { useStudio } from '../state/studio'
import { useObstacle } from './obstacle'
import { PassportFacts } from './passport-facts'

type Looked =
  | { state: 'no' }
  | { state: 'looking' }
  | { state: 'seen'; passport: Passport }
  | { state: 'failed'; failure: Failure }

/** A path goes in; within a second the passport says what lies there, whether it runs, and if not what to do. */
export function AddModelDialog({ onClose }: { onClose: () => void }) {
  const { api, info, toasts } = useStudio()
  const { t } = useLocale()
  const [path, setPath] = useState('')
  const [looked, setLooked] = useState<Looked>({ state: 'no' })
  const dialogs = useSelected(info, (value) => value?.capabilities.dialogs ?? false)
  const obstacle = useObstacle()

  const look = async (at: string) => {
    if (at.trim() === '') return
    setLooked({ state: 'looking' })
    const answer = await api.call('models.inspect', { path: at.trim() })
    setLooked(
      answer.ok ? { state: 'seen', passport: answer.value } : { state: 'failed', failure: answer.failure },
    )
  }
  const browse = async () => {
    const answer = await api.call('host.chooseModel', null)
    if (!answer.ok) return toasts.fail(answer.failure)
    if (answer.value.path === null) return
    setPath(answer.value.path)
    await look(answer.value.path)
  }
  const add = async (passport: Passport) => {
    const answer = await api.call('models.add', { path: passport.path })
    if (!answer.ok) return setLooked({ state: 'failed', failure: answer.failure })
    toasts.show(t('models.added', { name: answer.value.name }))
    onClose()
  }
  const passport = looked.state === 'seen' ? looked.passport : undefined

  return (
    <Dialog
      title={t('models.add')}
      onClose={onClose}
      footer={
        <>
          <Button label={t('common.cancel')} onClick={onClose} />
          <Button
            tone="primary"
            label={t('models.use')}
            disabled={!passport?.runs}
            onClick={() => passport && void add(passport)}
          />
        </>
      }
    >
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void look(path)
        }}
      >
        <Field label={t('models.addPath')} hint={t('models.addPathHint')}>
          {({ id, describedBy }) => (
            <div className="row">
              <input
                id={id}
                className="text-input mono"
                spellCheck={false}
                autoComplete="off"
                aria-describedby={describedBy}
                value={path}
                onChange={(event) => {
                  setPath(event.currentTarget.value)
                  setLooked({ state: 'no' })
                }}
              />
              {dialogs && (
                <Button icon={FolderOpen} label={t('models.browse')} onClick={() => void browse()} />
              )}
              <Button type="submit" label={t('models.inspect')} disabled={path.trim() === ''} />
            </div>
          )}
        </Field>
      </form>
      <div aria-live="polite">
        {looked.state === 'looking' && (
          <p className="row soft">
            <LoaderCircle size={16} className="turning" aria-hidden="true" />
            {t('models.inspecting')}
          </p>
        )}
        {looked.state === 'failed' && <FailureNotice failure={looked.failure} />}
        {passport && (
          <section className="stack" aria-label={t('models.passport')}>
            <div className={`verdict ${passport.runs ? 'runs' : ''}`}>
              {passport.runs ? (
                <CircleCheck size={20} aria-hidden="true" />
              ) : (
                <CircleX size={20} aria-hidden="true" />
              )}
              <div>
                <strong>{passport.name}</strong>
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
