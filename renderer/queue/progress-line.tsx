import type { Job } from '../../contract/job'
import { ProgressBar } from '../components/progress-bar'
import { useLocale } from '../locales/context'

/** Stage, step n of N, time left, and the bar. */
export function ProgressLine({ job }: { job: Job }) {
  const { t, duration } = useLocale()
  const { progress } = job
  const stage = progress?.stage ?? 'waiting'
  const parts = [t(`stage.${stage}`)]
  if (progress && stage === 'denoising' && progress.steps > 0) {
    parts.push(t('progress.step', { step: progress.step, steps: progress.steps }))
  }
  if (progress && progress.pictures > 1) {
    parts.push(t('progress.picture', { picture: progress.picture + 1, pictures: progress.pictures }))
  }
  if (progress?.remaining !== undefined)
    parts.push(t('progress.left', { time: duration(progress.remaining) }))
  return (
    <div className="progress-line">
      <ProgressBar label={t('progress.label')} fraction={progress?.fraction ?? 0} text={parts.join(', ')} />
      <span className="progress-text">{parts.join(' · ')}</span>
    </div>
  )
}
