import type { StepReport } from '../pipelines/denoise.ts'
import type { UnfinishedPicture } from '../protocol.ts'
import type { Generator } from '../random.ts'

/** A snapshot may cost this share of the time that it saves. */
const share = 0.02
/** Pictures that took less than this part of the interval are not worth keeping before they are decoded. */
const worthKeeping = 0.2

export type Checkpointer = {
  onStep(step: StepReport, shape: UnfinishedPicture['shape']): void
  /** The run was cut short between two steps: what was made since the last snapshot. */
  onCut(): void
}

/**
 * Hands over the unfinished picture every `every` milliseconds of work and before it is decoded, less often where
 * taking a snapshot itself takes long, and when the run is cut short. 0: after every step; absent: never.
 */
export function checkpointer(
  every: number | undefined,
  noise: Generator,
  send: (unfinished: UnfinishedPicture) => void,
  now: () => number = () => performance.now(),
): Checkpointer {
  const started = now()
  let last = started
  let cost = 0
  let unsent: (() => UnfinishedPicture) | undefined

  function hand(take: () => UnfinishedPicture): void {
    const at = now()
    send(take())
    unsent = undefined
    last = now()
    cost = last - at
  }

  return {
    onStep(step, shape) {
      if (every === undefined) return
      const isLast = step.step === step.steps
      const take = (): UnfinishedPicture => ({
        step: step.step,
        steps: step.steps,
        checkpoint: step.checkpoint(noise.state()),
        denoised: isLast ? step.latents : step.denoised,
        shape,
      })
      unsent = take
      const at = now()
      const isDue = isLast ? at - started >= every * worthKeeping : at - last >= Math.max(every, cost / share)
      if (every === 0 || isDue) hand(take)
    },
    // Nothing has been drawn since: the next step draws when its network has answered.
    onCut() {
      if (unsent !== undefined) hand(unsent)
    },
  }
}
