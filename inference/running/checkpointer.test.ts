import { expect, test } from 'vitest'
import type { StepReport } from '../pipelines/denoise.ts'
import type { UnfinishedPicture } from '../protocol.ts'
import { createGenerator } from '../random.ts'
import { checkpointer } from './checkpointer.ts'

const steps = 10
/** Steps of 100 ms; taking a snapshot costs `cost`. Gives the steps at which there was one. */
function taken(every: number | undefined, cost = 0, until = steps): { at: number[]; cut(): number[] } {
  let now = 0
  const at: number[] = []
  const noise = createGenerator('1')
  const send = (unfinished: UnfinishedPicture): void => {
    at.push(unfinished.step)
    now += cost
  }
  const checkpoints = checkpointer(every, noise, send, () => now)
  for (let step = 1; step <= until; step++) {
    now += 100
    const latents = Float32Array.of(step)
    const report: StepReport = {
      step,
      steps,
      latents,
      denoised: Float32Array.of(-step),
      noisePrediction: latents,
      checkpoint: (generator) => ({
        index: step,
        latents,
        scheduler: {} as never,
        ...(generator === undefined ? {} : { generator }),
      }),
    }
    checkpoints.onStep(report, [1, 1, 1, 1])
  }
  return {
    at,
    cut: () => {
      checkpoints.onCut()
      return at
    },
  }
}

test('by time, and before the picture is decoded', () => {
  expect(taken(300).at).toEqual([3, 6, 9, 10])
  expect(taken(0).at).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect(taken(undefined).at).toEqual([])
})

test('a quick picture is not worth one', () => {
  expect(taken(6000).at).toEqual([])
  expect(taken(5000).at).toEqual([10])
})

test('never more than a fiftieth of the time', () => {
  // 10 ms each: at most one in 500 ms
  expect(taken(100, 10).at).toEqual([1, 6, 10])
})

test('what was made since is handed over when the run is cut short, once', () => {
  const run = taken(300, 0, 5)
  expect(run.at).toEqual([3])
  expect(run.cut()).toEqual([3, 5])
  expect(run.cut()).toEqual([3, 5])
  expect(taken(undefined, 0, 5).cut()).toEqual([])
})
