import type { Failure } from '../contract/errors.ts'
import type { JobStage } from '../contract/job.ts'
import type { Passport } from '../contract/model.ts'

/**
 * What core and the inference process say to each other. Plain structured-clonable data over any channel
 * (child_process.fork with serialization 'advanced', or Electron's utilityProcess). Pixels travel raw:
 * 8-bit RGB, row major, no file and no encoder in between.
 */
export type RawPicture = { width: number; height: number; rgb: Uint8Array }
export type RawMask = { width: number; height: number; /** 0 keep … 255 repaint */ gray: Uint8Array }

export type RuntimeOptions = {
  executionProvider: 'auto' | 'cpu' | 'cuda' | 'dml' | 'coreml' | 'webgpu'
  /** 0: as many as there are physical cores */
  threads: number
  /** bytes; 0: no ceiling */
  memoryCeiling: number
  /** auto (the default): exact where a network fits into memory, else balanced */
  precision?: 'auto' | 'exact' | 'balanced' | 'fast'
  /** where 8-bit forms of weights are kept; without it everything runs exactly */
  cacheFolder?: string
}

export type AdapterPath = { path: string; scale: number }

export type GenerateTask = {
  kind: 'generate'
  /** folder or file of the model, absolute */
  model: string
  prompt: string
  negativePrompt: string
  width?: number
  height?: number
  steps?: number
  guidanceScale?: number
  scheduler: string
  /** one picture per seed, decimal text below 2^64 */
  seeds: string[]
  image?: RawPicture & { strength: number; resize: 'crop' | 'fit' | 'stretch' }
  mask?: RawMask & { feather: number; onlyMasked: boolean; padding: number }
  adapters: AdapterPath[]
  clipSkip: number
  /** pictures that a model's own ControlNet follows; `start` and `end` are fractions of the steps */
  controls?: (RawPicture & {
    scale: number
    start: number
    end: number
    resize: 'crop' | 'fit' | 'stretch'
  })[]
  /** unit normal noise to start from in place of the seeds' (reproducing other programs' pictures) */
  latents?: Float32Array
  /** an upscaler to run over each result */
  finish?: { model: string; scale: number }
}

export type UpscaleTask = { kind: 'upscale'; model: string; scale: number; image: RawPicture }
export type RestoreTask = {
  kind: 'restore'
  model: string
  strength: number
  image: RawPicture
  mask?: RawMask
}
export type InferenceTask = GenerateTask | UpscaleTask | RestoreTask

/** core -> inference */
export type ToInference =
  | { type: 'run'; id: string; task: InferenceTask; runtime: RuntimeOptions }
  | { type: 'cancel'; id: string }
  | { type: 'probe'; id: string; path: string }
  | { type: 'describe'; id: string; path: string }
  /** free every loaded model */
  | { type: 'release' }

/** What the worker says of a model that it can run: the limits that a form needs. */
export type ModelDescription = {
  passport: Passport
  limits?: {
    defaultWidth: number
    defaultHeight: number
    multiple: number
    minimum: number
    maximum: number
    defaultSteps: number
    maximumSteps: number
    defaultGuidance: number
    negativePrompt: boolean
    schedulers: string[]
  }
}

/** What really ran, for the picture's record. */
export type PictureRecord = {
  width: number
  height: number
  seed?: string
  steps?: number
  guidanceScale?: number
  scheduler?: string
  executionProvider: string
  milliseconds: number
  /** bytes, the most that was resident during the job (of the process so far where the system cannot say) */
  peakMemory: number
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
  | { type: 'preview'; id: string; picture: number; step: number; image: RawPicture }
  | { type: 'picture'; id: string; picture: number; image: RawPicture; record: PictureRecord }
  | { type: 'done'; id: string }
  | { type: 'failed'; id: string; failure: Failure }
  | { type: 'probed'; id: string; passport: Passport }
  | { type: 'described'; id: string; description: ModelDescription }
