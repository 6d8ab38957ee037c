import { SanggarError } from '../../contract/errors.ts'

/*
 * A scheduler turns model outputs into the next sample. Everything is float32 [n, c, h, w] in, float32 out;
 * `index` counts model calls from 0 in the whole schedule, also when a run starts at `schedule.begin`.
 * Nothing handed in is changed or kept, so callers may reuse their buffers.
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
  /** index of the first step to run (image-to-image), 0 otherwise */
  begin: number
}

/** What a scheduler remembers between steps: plain, structured-clonable, enough to resume to the bit. */
export type SchedulerState = { counters: number[]; tensors: Float32Array[] }

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
  /** `clean` noised to the level before step `index`; an index past the end gives `clean` itself */
  addNoise(clean: Float32Array, noise: Float32Array, index: number): Float32Array
}

/**
 * How `strength` shortens a run: 'diffusion' starts at n - trunc(n * strength) (SD, SDXL), 'flow' at
 * trunc(n - n * strength) (Flux, SD3, Z-Image), 'consistency' runs all steps on a shortened origin schedule
 * (LCM's own image-to-image).
 */
export type StrengthRule = 'diffusion' | 'flow' | 'consistency'

export type ScheduleOptions = {
  steps: number
  strength?: number
  /** 'diffusion' unless given; of no effect without strength */
  strengthRule?: StrengthRule
  /** dynamic shift of flow schedules; ignored by those that do not shift dynamically */
  mu?: number
  /** explicit sigmas without the terminal one */
  sigmas?: number[]
  /** explicit timesteps, where the algorithm takes them */
  timesteps?: number[]
  /** DDIM: 0 unless given; TCD: 0.3 unless given */
  eta?: number
  /** churn of Euler and flow-match Euler (Karras et al. 2022, algorithm 2) */
  churn?: number
  /** [n, c, h, w], needed by thresholding only */
  batchShape?: number[]
}

/** scheduler_config.json with its _class_name, plus how to run it. Throws 'scheduler-unsupported'. */
export function createScheduler(config: Record<string, unknown>, _options: ScheduleOptions): Scheduler {
  throw new SanggarError({
    code: 'scheduler-unsupported',
    scheduler: String(config['_class_name']),
    model: '',
  })
}

export type SchedulerChoice = {
  /** "dpmpp-2m-karras" */
  id: string
  /** "DPM++ 2M Karras" */
  label: string
  families: readonly ('diffusion' | 'flow')[]
  /** what it sets on top of a model's own config */
  changes: Record<string, unknown>
}

export const schedulerChoices: readonly SchedulerChoice[] = []

/** The scheduler_config to use: the model's own for 'auto'. Throws 'scheduler-unsupported'. */
export function chooseScheduler(config: Record<string, unknown>, id: string): Record<string, unknown> {
  if (id === 'auto') return config
  throw new SanggarError({ code: 'scheduler-unsupported', scheduler: id, model: '' })
}
