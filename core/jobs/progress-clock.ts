import type { JobProgress } from '../../contract/job.ts'

type Measured = Pick<
  JobProgress,
  'stage' | 'step' | 'steps' | 'picture' | 'pictures' | 'fraction' | 'remaining'
>
type Reported = Pick<JobProgress, 'stage' | 'step' | 'steps' | 'picture' | 'pictures'>

/** Decoding and saving take about as long as a step or two; counted so that the bar does not stand at 100 %. */
const stepsAround = 2

/**
 * How much of a job is done and how long the rest takes, from the times of its steps (of an enhancement's tiles). The
 * first step pays for the loading of the model and is left out of the estimate.
 */
export function createProgressClock(now: () => number = () => performance.now()) {
  let firstStepAt: number | undefined
  let stepsAtFirst = 0
  let highest = 0

  return {
    measure(report: Reported): Measured {
      const perPicture = report.steps + stepsAround
      const done = report.picture * perPicture + doneInPicture(report)
      const total = Math.max(1, report.pictures * perPicture)
      // A bar never runs backwards, whatever the stages report.
      highest = Math.max(highest, Math.min(1, done / total))
      const { stage, step, steps, picture, pictures } = report
      const measured: Measured = { stage, step, steps, picture, pictures, fraction: highest }
      if ((stage === 'denoising' || stage === 'enhancing') && step >= 1) {
        firstStepAt ??= ((stepsAtFirst = done), now())
        const stepsSince = done - stepsAtFirst
        if (stepsSince > 0) {
          measured.remaining = Math.max(0, ((now() - firstStepAt) / stepsSince) * (total - done))
        }
      }
      return measured
    },
  }
}

function doneInPicture({ stage, step, steps }: Reported): number {
  switch (stage) {
    case 'waiting':
    case 'loading':
    case 'encoding':
      return 0
    case 'denoising':
    case 'enhancing':
      return step
    case 'decoding':
      return steps
    default:
      return steps + 1
  }
}
