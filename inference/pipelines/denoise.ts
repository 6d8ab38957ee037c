import type { GeneratorState } from '../random.ts'
import type { Scheduler, SchedulerState } from '../schedulers/scheduler.ts'
import type { Predict } from './pipeline.ts'

/** A run between two steps: plain data, enough to go on to the bit. */
export type LatentCheckpoint = {
  /** the next model call */
  index: number
  latents: Float32Array
  scheduler: SchedulerState
  generator?: GeneratorState
}

export type DenoiseInput = {
  scheduler: Scheduler
  predict: Predict
  start: LatentCheckpoint
  /** draws noise for stochastic schedulers */
  noise: (length: number) => Float32Array
  /** lets messages arrive; throws when the run was cancelled */
  pause(): Promise<void>
  /** changes latents after a step (inpainting's blend); `index` is the call that was just made */
  blend?: (latents: Float32Array, index: number) => Float32Array
  /** `checkpoint` takes a snapshot that can be handed to `start` */
  onStep?: (step: StepReport) => Promise<void> | void
}

export type StepReport = {
  /** steps made, 1 … steps */
  step: number
  steps: number
  latents: Float32Array
  denoised: Float32Array
  /** valid until the next step */
  noisePrediction: Float32Array
  checkpoint(generator?: GeneratorState): LatentCheckpoint
}

/** The step loop, the only one. Returns the latents after the last step. */
export async function denoise(input: DenoiseInput): Promise<Float32Array> {
  const { scheduler, predict, noise } = input
  const { timesteps, begin } = scheduler.schedule
  let { latents, scheduler: state } = input.start
  for (let index = input.start.index; index < timesteps.length; index++) {
    await input.pause()
    const noisePrediction = await predict({
      sample: scheduler.scaleInput(latents, index),
      timestep: timesteps[index] as number,
      index,
    })
    const length = latents.length
    const stepped = scheduler.step(state, {
      index,
      sample: latents,
      modelOutput: noisePrediction,
      noise: () => noise(length),
    })
    state = stepped.state
    latents = input.blend === undefined ? stepped.sample : input.blend(stepped.sample, index)
    const [nextLatents, nextState] = [latents, state]
    await input.onStep?.({
      step: index + 1 - begin,
      steps: timesteps.length - begin,
      latents,
      denoised: stepped.denoised,
      noisePrediction,
      checkpoint: (generator) =>
        structuredClone({
          index: index + 1,
          latents: nextLatents,
          scheduler: nextState,
          ...(generator === undefined ? {} : { generator }),
        }),
    })
  }
  return latents
}
