import type { JobStage } from '../../contract/job.ts'
import type { ModelOption } from '../../contract/model.ts'
import type { Planes } from '../images/pixels.ts'
import type { ComponentName, Config, ModelParts } from '../model-parts.ts'
import type { ModelSessions } from '../model-sessions.ts'
import type { ScheduleOptions, StrengthRule } from '../schedulers/scheduler.ts'
import type { Tensor } from '../tensor.ts'

/** One picture to make, in the reference's words; absent is the reference's default. */
export type PictureRequest = {
  prompt: string
  /** weighted: A1111's language of (weights:1.2), BREAK and long prompts, for families that CLIP reads for */
  promptSyntax?: 'plain' | 'weighted'
  /** for second and third text encoders; `prompt` when absent or empty */
  prompt2?: string
  prompt3?: string
  /** absent and '' differ for SDXL */
  negativePrompt?: string
  negativePrompt2?: string
  negativePrompt3?: string
  /** pixels, multiples of `sizeMultiple` */
  width: number
  height: number
  steps: number
  guidanceScale: number
  /** a scheduler_config with its _class_name */
  scheduler: Config
  /** [1, 3, height, width] in [-1, 1] */
  image?: Planes
  /** [1, 1, height, width], 1 repaint, 0 keep */
  mask?: Planes
  strength?: number
  clipSkip?: number
  guidanceRescale?: number
  /** Z-Image: no guidance on steps where 1 - sigma is larger; a factor for the longest guided prediction */
  guidanceTruncation?: number
  guidanceNormalisation?: number
  /** Flux: guidance by a second, negative call besides the distilled one */
  trueGuidanceScale?: number
  maxSequenceLength?: number
  /** SDXL: (height, width), (top, left), (height, width) in pixels */
  originalSize?: [number, number]
  cropTopLeft?: [number, number]
  targetSize?: [number, number]
  /** the same for the negative half; as the positive one's unless original and target size are given */
  negativeOriginalSize?: [number, number]
  negativeCropTopLeft?: [number, number]
  negativeTargetSize?: [number, number]
  controls?: Control[]
  guessMode?: boolean
  /** unit normal latents [1, c, h, w] in place of a draw */
  latents?: Float32Array
  /** eta of DDIM and TCD */
  eta?: number
  /** a schedule of one's own, where the scheduler takes it */
  timesteps?: number[]
  sigmas?: number[]
  /** of a flow's dynamic shift, in place of the one that follows from the size */
  mu?: number
}

export type Control = {
  /** which ControlNet of the model; absent: its own, or the one of that number */
  net?: ComponentName
  /** [1, 3, height, width] in [0, 1] */
  image: Planes
  scale: number
  /** fractions of the steps between which it acts */
  start: number
  end: number
}

export type NoiseSource = { randn(length: number): Float32Array }

/** What a run is given besides the request. */
export type RunContext = {
  sessions: ModelSessions
  noise: NoiseSource
  /** what the initial noise is turned towards */
  variation?: { noise: NoiseSource; strength: number }
  /** lets messages arrive and throws 'cancelled'; called before every call of a network */
  pause(): Promise<void>
  stage(stage: JobStage): void
  note(code: string, detail: string): void
  /** for comparisons with the reference; must not keep the tensor's data */
  observe?: (name: string, tensor: Tensor) => void
}

/** How pixels and latents of a model relate. */
export type LatentSpace = {
  channels: number
  /** pixels per latent, each side */
  factor: number
  /** latents = (encoded - shift) * scale */
  scale: number
  shift: number
  /** what `width` and `height` must be multiples of */
  sizeMultiple: number
}

export type Inpainting = { mask: Float32Array; maskedLatents?: Float32Array }

/** The geometry and schedule of one run, fixed before the first step. */
export type Prepared = {
  space: LatentSpace
  /** of the latents: [1, c, h, w] */
  shape: [number, number, number, number]
  /** model calls in all and the first one that is run */
  calls: number
  begin: number
  inpainting?: Inpainting
}

export type PredictInput = {
  /** scaled by the scheduler, [1, c, h, w] */
  sample: Float32Array
  timestep: number
  index: number
}

/** The model output that the scheduler takes, guidance included. */
export type Predict = (input: PredictInput) => Promise<Float32Array>

export type FamilyLimits = {
  defaultWidth: number
  defaultHeight: number
  multiple: number
  minimum: number
  maximum: number
  defaultSteps: number
  maximumSteps: number
  defaultGuidance: number
  negativePrompt: boolean
  /** what the family takes beyond the usual; the rest is refused */
  options: ModelOption[]
  /** of a graph with fixed axes */
  onlySize?: { width: number; height: number }
}

/** One family of models: everything in which it differs from the others. */
export type Family = {
  id: string
  /** schedulers that make sense */
  schedule: 'diffusion' | 'flow'
  strengthRule: StrengthRule
  recognises(parts: ModelParts): boolean
  latentSpace(parts: ModelParts): LatentSpace
  limits(parts: ModelParts): FamilyLimits
  /** scheduler_config when the folder brings none */
  scheduler: Config
  /** the noise of a stochastic step as it was drawn, [1, tokens, 4c] for packed latents, in the latents' order */
  stepNoise?(drawn: Float32Array, shape: Prepared['shape']): Float32Array
  /** sigmas and mu, where the family passes them */
  scheduling?(request: PictureRequest, parts: ModelParts): Partial<ScheduleOptions>
  /** Encodes the prompts; the answer runs once per step. */
  encode(context: RunContext, request: PictureRequest): Promise<Conditioned>
}

/** Prompts encoded, text encoders no longer needed; holds for every size and seed. */
export type Conditioned = { denoiser(prepared: Prepared): Promise<Predict> | Predict }
