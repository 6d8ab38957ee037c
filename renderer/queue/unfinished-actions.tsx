import { ImageDown, Play } from 'lucide-react'
import { useId, useState } from 'react'
import type { Job } from '../../contract/job'
import { Button } from '../components/button'
import { useLocale } from '../locales/context'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'

/** A job that was cut short: go on, or look at what is there, with the model's own autoencoder or another one. */
export function UnfinishedActions({ job }: { job: Job }) {
  const { api, models, shown, toasts } = useStudio()
  const { t } = useLocale()
  const [vae, setVae] = useState('')
  const chooserId = useId()
  const autoencoders = useStore(models)?.filter(({ passport }) => passport.kind === 'vae') ?? []
  const { checkpoint } = job

  const resume = async () => {
    const answer = await api.call('jobs.resume', { id: job.id })
    if (answer.ok) shown.set(null)
    else toasts.fail(answer.failure)
  }
  const decode = async () => {
    const answer = await api.call('jobs.decode', { id: job.id, ...(vae === '' ? {} : { vae }) })
    if (answer.ok) shown.set(null)
    else toasts.fail(answer.failure)
  }

  return (
    <div className="queue-unfinished row wrap">
      {checkpoint && (
        <span className="small faint">
          {t('queue.stoppedAt', { step: checkpoint.step, steps: checkpoint.steps })}
        </span>
      )}
      <Button icon={Play} label={t('queue.goOn')} onClick={() => void resume()} />
      {checkpoint && (
        <>
          {autoencoders.length > 0 && (
            <label className="small row" htmlFor={chooserId}>
              {t('queue.vae')}
              <select id={chooserId} value={vae} onChange={(event) => setVae(event.currentTarget.value)}>
                <option value="">{t('queue.ownVae')}</option>
                {autoencoders.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
          )}
          <Button icon={ImageDown} label={t('queue.decode')} onClick={() => void decode()} />
        </>
      )}
    </div>
  )
}

/** There is something to go on from: latents, or some of the pictures. */
export function isUnfinished({ state, checkpoint, images, request }: Job): boolean {
  if (state !== 'failed' && state !== 'cancelled' && state !== 'interrupted') return false
  const wanted = request.kind === 'generate' ? request.count : 1
  return checkpoint !== undefined || (images.length > 0 && images.length < wanted)
}
