import type { JobProgress } from '../contract/job.ts'

const width = 24

/** `████████░░░░  3/8 denoising, 4 s left`, for one line of a terminal. */
export function progressLine({
  fraction,
  stage,
  step,
  steps,
  picture,
  pictures,
  remaining,
}: JobProgress): string {
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * width)
  const bar = '█'.repeat(filled) + '░'.repeat(width - filled)
  const what = steps > 0 && stage === 'denoising' ? `${step}/${steps}` : stage
  const which = pictures > 1 ? ` of picture ${picture + 1}/${pictures}` : ''
  const left = remaining === undefined ? '' : `, ${Math.max(1, Math.round(remaining / 1000))} s left`
  return `${bar}  ${what}${which}${left}`
}
