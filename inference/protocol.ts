import type { FurtherPrompts } from '../contract/further-prompts.ts'
import type { Failure } from '../contract/errors.ts'
import type { FaceRequest, RestorePart } from '../contract/generation.ts'
import type { JobStage } from '../contract/job.ts'
import type { Guidance } from '../contract/generation.ts'
import type { ModelLimits, ModelOverride, Passport } from '../contract/model.ts'
import type { LatentCheckpoint } from './pipelines/denoise.ts'

/**
 * What core and the inference process say to each other. Plain structured-clonable data over any channel
 * (child_process.fork with serialization 'advanced', or Electron's utilityProcess). Pixels travel raw:
 * 8-bit RGB, row major, no file and no encoder in between.
 */
export type RawPicture = {
  width: number
  height: number
  rgb: Uint8Array
  /** 0 transparent … 255 opaque; absent: opaque all over */
  alpha?: Uint8Array
}
export type RawMask = { width: number; height: number; /** 0 keep … 255 repaint */ gray: Uint8Array }

export type RuntimeOptions = {
  executionProvider: 'auto' | 'cpu' | 'cuda' | 'dml' | 'coreml' | 'webgpu'
  /** 0: as many as there are physical cores */
  threads: number
  /** bytes; 0: no ceiling */
  memoryCeiling: number
  /**
   * How long weights stay after they were used: until nothing was asked for a while (the default), as long as the
   * process lives, or no longer than the stage that needs them.
   */
  keepModels?: 'idle' | 'keep' | 'after-use'
  /** milliseconds of that while; absent: five minutes */
  idleMilliseconds?: number
  /** auto (the default): exact where a network fits into memory, else balanced, else small */
  precision?: 'auto' | 'exact' | 'balanced' | 'fast' | 'small'
  /** let the model's own safety checker look at each picture, where its folder brings one */
  checkPictures?: boolean
  /** where 8-bit forms of weights are kept; without it everything runs exactly */
  cacheFolder?: string
  /** bytes that they may take together; absent: 40 GB */
  cacheLimit?: number
  /** the autoencoder never works on more than so many latents a side: for a second try after a crash */
  largestTile?: number
}

/** A picture between two steps: goes on to the bit, or is decoded from what it is believed to become. */
export type UnfinishedPicture = {
  checkpoint: LatentCheckpoint
  /** the denoised latents of the last step that was made, and after the last step the latents themselves */
  denoised: Float32Array
  /** of the latents */
  shape: [number, number, number, number]
  /** steps made, and in all */
  step: number
  steps: number
}

/** A picture that a ControlNet follows; `start` and `end` are fractions of the steps. */
export type ControlTask = RawPicture & {
  /** folder or file of the ControlNet, absolute; absent: the model's own */
  model?: string
  scale: number
  start: number
  end: number
  resize: 'crop' | 'fit' | 'stretch'
  preprocess?: 'none' | 'canny'
}

export type AdapterPath = { path: string; scale: number }

export type GenerateTask = {
  kind: 'generate'
  /** folder or file of the model, absolute */
  model: string
  /** what somebody said of the model, over what its file tells */
  override?: ModelOverride
  prompt: string
  negativePrompt: string
  width?: number
  height?: number
  steps?: number
  guidanceScale?: number
  scheduler: string
  /** one picture per seed, decimal text below 2^64 */
  seeds: string[]
  /** each picture's noise is turned towards that of its own second seed (variation.ts) */
  variation?: { seeds: string[]; strength: number }
  image?: RawPicture & { strength: number; resize: 'crop' | 'fit' | 'stretch' }
  mask?: RawMask & { feather: number; onlyMasked: boolean; padding: number }
  adapters: AdapterPath[]
  clipSkip: number
  guidance?: Guidance
  /** the second and third text encoder's own words, where a family has them */
  furtherPrompts?: FurtherPrompts
  controls?: ControlTask[]
  /** ControlNets lead without the prompt's help */
  guessMode?: boolean
  /** unit normal noise to start from in place of the seeds' (reproducing other programs' pictures) */
  latents?: Float32Array
  /** draws of another program, in its order, in place of the generator's */
  draws?: Float32Array[]
  /** an upscaler to run over each result */
  finish?: { model: string; scale: number }
  /** the first picture goes on from here; with `decode` no further step is made */
  resume?: UnfinishedPicture & { decode: boolean }
  /** milliseconds of work that may be lost: unfinished pictures come that often and before they are decoded */
  checkpointEvery?: number
}

export type UpscaleTask = { kind: 'upscale'; model: string; scale: number; image: RawPicture }
export type RestoreTask = {
  kind: 'restore'
  model: string
  strength: number
  noise: RestorePart
  jpeg: RestorePart
  colour: RestorePart
  image: RawPicture
  /** scratches to be filled */
  mask?: RawMask
  /** only this part is made, as it would be in the whole: for a preview */
  window?: { left: number; top: number; width: number; height: number }
}
export type FaceTask = Pick<FaceRequest, 'kind' | 'area' | 'fidelity' | 'strength'> & {
  model: string
  image: RawPicture
}
export type CutoutTask = { kind: 'cutout'; model: string; image: RawPicture }
/** One picture into one picture, without words. */
export type EnhanceTask = UpscaleTask | RestoreTask | FaceTask | CutoutTask
/** A checkpoint as an ONNX folder; progress counts tensors. */
export type ExportTask = { kind: 'export'; model: string; override?: ModelOverride; folder: string }
/** Makes the forms in which the model opens quickly, for a process of its own while nothing else is done. */
export type PrepareTask = { kind: 'prepare'; model: string; override?: ModelOverride }
export type InferenceTask = GenerateTask | EnhanceTask | ExportTask | PrepareTask

/** core -> inference */
export type ToInference =
  | { type: 'run'; id: string; task: InferenceTask; runtime: RuntimeOptions }
  | { type: 'cancel'; id: string }
  | { type: 'probe'; id: string; path: string }
  | { type: 'describe'; id: string; path: string; override?: ModelOverride }
  /** free every loaded model */
  | { type: 'release' }

/** What the worker says of a model that it can run: the limits that a form needs. */
export type ModelDescription = {
  passport: Passport
  limits?: ModelLimits
}

/** What really ran, for the picture's record. */
export type PictureRecord = {
  width: number
  height: number
  seed?: string
  /** of the second noise, where the first was turned towards one */
  variationSeed?: string
  steps?: number
  guidanceScale?: number
  scheduler?: string
  executionProvider: string
  milliseconds: number
  /** bytes, the most that was resident during the job (of the process so far where the system cannot say) */
  peakMemory: number
  /** the model's own safety checker recognised one of its concepts; absent: nobody asked, or there is none */
  flagged?: boolean
  /** what went differently, as codes with a detail (prompt-cut, provider-fallback, decoded-in-tiles …) */
  notes: { code: string; detail: string }[]
}

/** inference -> core */
export type FromInference =
  | {
      type: 'ready'
      onnxRuntime: string
      providers: string[]
      threads: number
    }
  | {
      type: 'progress'
      id: string
      stage: JobStage
      step: number
      steps: number
      picture: number
      pictures: number
    }
  | { type: 'checkpoint'; id: string; picture: number; unfinished: UnfinishedPicture }
  | { type: 'preview'; id: string; picture: number; step: number; image: RawPicture }
  | { type: 'picture'; id: string; picture: number; image: RawPicture; record: PictureRecord }
  | { type: 'done'; id: string }
  | { type: 'failed'; id: string; failure: Failure }
  | { type: 'probed'; id: string; passport: Passport }
  | { type: 'described'; id: string; description: ModelDescription }
