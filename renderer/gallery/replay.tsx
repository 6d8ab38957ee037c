import { RefreshCcwDot } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { GenerateRequest } from '../../contract/generation'
import type { Image } from '../../contract/image'
import { Button } from '../components/button'
import { useLocale } from '../locales/context'
import { useImage } from '../state/library'
import { isEnded } from '../state/job-list'
import { useSelected } from '../state/store'
import { useStudio } from '../state/studio'
import { submitJob } from '../state/submit-job'
import { CompareDialog } from './compare-dialog'
import type { Difference } from './difference'

/** Makes a picture once more from what is recorded of it and says whether it came out the same to the pixel. */
export function Replay({ image }: { image: Image }) {
  const { api, incognito, jobs, models, toasts } = useStudio()
  const { t } = useLocale()
  const [job, setJob] = useState<string | null>(null)
  const [copy, setCopy] = useState<string | null>(null)
  const again = requestOf(image)
  const there = useSelected(
    models,
    (list) => list?.some(({ id, state }) => id === image.model && state === 'ready') ?? false,
  )

  useEffect(
    () =>
      jobs.subscribe(() => {
        const ended = jobs.get().find((one) => one.id === job && isEnded(one))
        if (!ended) return
        setJob(null)
        const [made] = ended.images
        if (made !== undefined) setCopy(made)
        else if (ended.failure) toasts.fail(ended.failure)
      }),
    [jobs, job, toasts],
  )

  if (!again) return null
  const start = async () => {
    const answer = await submitJob({ api, incognito }, again)
    if (answer.ok) setJob(answer.value.id)
    else toasts.fail(answer.failure)
  }
  return (
    <>
      <Button
        icon={RefreshCcwDot}
        label={t(job === null ? 'replay.do' : 'replay.running')}
        title={t(there ? 'replay.hint' : 'replay.modelAway')}
        disabled={job !== null || !there}
        onClick={() => void start()}
      />
      {copy !== null && <ReplayResult image={image} copy={copy} onClose={() => setCopy(null)} />}
    </>
  )
}

type ReplayResultProps = { image: Image; copy: string; onClose: () => void }

function ReplayResult({ image, copy, onClose }: ReplayResultProps) {
  const { api, toasts } = useStudio()
  const { t } = useLocale()
  const [difference, setDifference] = useState<Difference | null>(null)
  const made = useImage(copy).value
  const same = difference?.changed === 0
  /** A copy that is the same is nobody's picture: it goes, unless it was starred meanwhile. */
  const close = async () => {
    onClose()
    if (!same || made?.starred) return
    const answer = await api.call('images.erase', { ids: [copy] })
    if (!answer.ok) toasts.fail(answer.failure)
  }
  const factors = made ? differingFactors(image, made) : []
  return (
    <CompareDialog
      ids={[image.id, copy]}
      title={t('replay.title')}
      start="difference"
      onDifference={setDifference}
      onClose={() => void close()}
    >
      <div role="status">
        {difference && (
          <p className={same ? 'replay-same' : 'replay-other'}>
            {same ? t('replay.same') : t('replay.other')}
          </p>
        )}
        {difference && !same && (
          <ul className="small soft">
            {factors.map(({ name, before, after }) => (
              <li key={name}>{t('replay.factor', { name: t(`replay.${name}`), before, after })}</li>
            ))}
            {factors.length === 0 && <li>{t('replay.unknown')}</li>}
          </ul>
        )}
      </div>
    </CompareDialog>
  )
}

/** The request of this one picture of perhaps several; undefined where not enough is known. */
function requestOf(image: Image): GenerateRequest | undefined {
  const { request, seed } = image
  if (request?.kind !== 'generate' || seed === undefined) return undefined
  const { batch: _batch, ...rest } = request
  return { ...rest, seed, count: 1 }
}

type Factor = { name: 'provider' | 'sampler' | 'steps' | 'size'; before: string; after: string }

/** What is recorded of both and differs. */
function differingFactors(before: Image, after: Image): Factor[] {
  const values = (image: Image): Record<Factor['name'], string> => ({
    provider: image.executionProvider ?? '',
    sampler: image.scheduler ?? '',
    steps: String(image.steps ?? ''),
    size: `${image.width} × ${image.height}`,
  })
  const [one, other] = [values(before), values(after)]
  return (Object.keys(one) as Factor['name'][])
    .filter((name) => one[name] !== other[name])
    .map((name) => ({ name, before: one[name] || '?', after: other[name] || '?' }))
}
