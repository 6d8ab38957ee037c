/*
 * A scheduler turns model outputs into the next sample. Everything is float32 [n, c, h, w] in, float32 out;
 * `index` counts model calls from 0 in the whole schedule, also when a run starts at `schedule.begin`.
 * Nothing handed in is changed or kept, so callers may reuse their buffers; a returned `sample` is the caller's,
 * a returned `denoised` may also lie in the state and is only to be read.
 */

export type Schedule = {
  /** value handed to the denoiser, one per model call */
  timesteps: number[]
  /** with the terminal one, when the family has them */
  sigmas?: number[]
  /** factor for the unit normal initial noise of text-to-image */
  initNoiseSigma: number
  /** model calls per step: 2 for Heun and KDPM2, else 1 */
  order: number
  /** index of the first step to run (image-to-image), 0 otherwise; timesteps.length when nothing is to be run */
  begin: number
}

/** What a scheduler remembers between steps: plain, structured-clonable, enough to resume to the bit. */
export type SchedulerState = {
  /** steps taken, where the algorithm must know */
  taken: number
  /** order of the last step, where the next one must know */
  order: number
  /** earlier outputs in the algorithm's own form, oldest first */
  history: readonly Float32Array[]
  /** the sample from which the running step started, where a step takes several model calls */
  held?: Float32Array
  /** a running sum of model outputs (Runge-Kutta steps of PNDM) */
  sum?: Float32Array
}

export type StepInput = {
  index: number
  sample: Float32Array
  modelOutput: Float32Array
  /** a fresh unit normal tensor of the sample's length; called only when the algorithm draws noise */
  noise: () => Float32Array
}

export type StepOutput<State> = { sample: Float32Array; denoised: Float32Array; state: State }

export interface Scheduler {
  readonly schedule: Schedule
  initialState(): SchedulerState
  /** the model input for this step; the sample itself where the family does not scale */
  scaleInput(sample: Float32Array, index: number): Float32Array
  step(state: SchedulerState, input: StepInput): StepOutput<SchedulerState>
  /** `clean` noised to the level before step `index`; an index past the end gives a copy of `clean` */
  addNoise(clean: Float32Array, noise: Float32Array, index: number): Float32Array
}

/**
 * How `strength` shortens a run: 'diffusion' starts at n - trunc(n * strength) (SD, SDXL), 'flow' at
 * trunc(n - n * strength) (Flux, SD3, Z-Image), 'consistency' runs all steps on a shortened origin schedule
 * (LCM's and TCD's own image-to-image; elsewhere as 'diffusion').
 */
export type StrengthRule = 'diffusion' | 'flow' | 'consistency'

/** Karras et al. 2022, algorithm 2: S_churn, S_tmin, S_tmax, S_noise. */
export type Churn = { amount: number; minimum?: number; maximum?: number; noise?: number }

export type ScheduleOptions = {
  steps: number
  strength?: number
  /** 'diffusion' unless given; of no effect without strength */
  strengthRule?: StrengthRule
  /** dynamic shift of flow schedules; ignored by configurations that do not shift dynamically */
  mu?: number
  /**
   * explicit sigmas: without the terminal one for flow schedules, with it for Euler, as the reference takes them;
   * ignored by the other classes
   */
  sigmas?: number[]
  /** explicit timesteps, where the class takes them; their number replaces `steps` */
  timesteps?: number[]
  /** DDIM: 0 unless given; TCD: 0.3 unless given */
  eta?: number
  /** DDIM: the noise is taken from the limited x₀ instead of the model's output; false unless given */
  limitsNoise?: boolean
  /** LMS: how many earlier derivatives count, 1 to 4; 4 unless given */
  order?: number
  /** Euler and flow-match Heun only */
  churn?: Churn
  /** [n, c, h, w]; only thresholding asks for it, which treats images one by one */
  batchShape?: number[]
}

/** One class of the reference: what scheduler_config.json names. */
export type CreateScheduler = (config: Record<string, unknown>, options: ScheduleOptions) => Scheduler

export const freshState: SchedulerState = { taken: 0, order: 0, history: [] }

/** Index of the first step to run. Flow pipelines do not truncate n * strength before subtracting. */
export function beginOf({ steps, strength, strengthRule }: ScheduleOptions, order = 1): number {
  if (strength === undefined) return 0
  const wanted = Math.min(steps * strength, steps)
  const skippedSteps = strengthRule === 'flow' ? Math.trunc(steps - wanted) : steps - Math.trunc(wanted)
  return Math.max(skippedSteps, 0) * order
}
