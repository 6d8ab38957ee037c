import type { CSSProperties } from 'react'
import type { Job } from '../../contract/job'
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
  const percent = Math.round((progress?.fraction ?? 0) * 100)
  return (
    <div className="progress-line">
      <div
        className="progress-bar"
        role="progressbar"
        aria-label={t('progress.label')}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={parts.join(', ')}
        style={{ '--done': `${percent}%` } as CSSProperties}
      />
      <span className="progress-text">{parts.join(' · ')}</span>
    </div>
  )
}
