import { z } from 'zod'
import { furtherPromptsSchema } from './further-prompts.ts'

/** 0 … 2^64-1 as decimal text: torch's generator takes all of it, a JSON number only 53 bits. */
export const seedSchema = z
  .string()
  .regex(/^\d{1,20}$/)
  // zod goes on after a failed regex: BigInt must not see what is no number
  .refine((digits) => /^\d+$/.test(digits) && BigInt(digits) < 2n ** 64n, 'must be below 2^64')

export const maximumSide = 8192
const side = z.number().int().min(16).max(maximumSide)

/** A picture that somebody brought in or that Sanggar made: both live in the library under an id. */
export const pictureSourceSchema = z.object({
  id: z.string().min(1).max(64),
  /** 0 keeps the picture, 1 replaces it (diffusers' `strength`). */
  strength: z.number().min(0).max(1).default(0.6),
  resize: z.enum(['crop', 'fit', 'stretch']).default('crop'),
})

export const maskSourceSchema = z.object({
  id: z.string().min(1).max(64),
  /** pixels of blur at the mask's edge */
  feather: z.number().min(0).max(256).default(8),
  onlyMasked: z.boolean().default(false),
  /** pixels of context around the mask when onlyMasked */
  padding: z.number().int().min(0).max(512).default(32),
})

export const adapterUseSchema = z.object({
  id: z.string().min(1),
  scale: z.number().min(-4).max(4).default(1),
})

export const finishSchema = z.enum(['auto', 'none', 'upscale-2x', 'upscale-4x'])
export type Finish = z.output<typeof finishSchema>

/** By how much a finish enlarges; what is not settled yet counts as nothing. */
export function finishScale(finish: Finish | undefined): 1 | 2 | 4 {
  return finish === 'upscale-2x' ? 2 : finish === 'upscale-4x' ? 4 : 1
}

/** Along what the pictures of one wish differ. */
export const axisSchema = z.enum([
  'prompt',
  'replace',
  'steps',
  'guidance',
  'sampler',
  'seed',
  'strength',
  'style',
  'model',
  'variation',
])
export type Axis = z.output<typeof axisSchema>

/** One picture among others that were asked for together: place `index` of `total`, labelled `value`. */
export const batchSchema = z.object({
  id: z.string().min(1).max(64),
  axis: axisSchema,
  index: z.number().int().min(0).max(999),
  total: z.number().int().min(1).max(1000),
  value: z.string().max(200),
})
export type Batch = z.output<typeof batchSchema>

/** The seed's noise turned towards another seed's: A1111's variation seed and strength. */
export const variationSchema = z.object({ seed: seedSchema, strength: z.number().min(0).max(1) })

const pixels = z.number().int().min(0).max(16_384)
const area = z.object({ width: pixels.min(1), height: pixels.min(1) })

/** SDXL's conditioning on sizes, in pixels: of the picture trained on, where it was cut, and what is wanted. */
export const sizeConditioningSchema = z.object({
  original: area.optional(),
  crop: z.object({ left: pixels, top: pixels }).optional(),
  target: area.optional(),
})

/** How much a model is guided, beyond the plain scale. A family that has no use for one refuses it. */
export const guidanceSchema = z.object({
  /** brings the deviation of the guided prediction back: Lin et al. 2023, φ (SD, SDXL) */
  rescale: z.number().min(0).max(1).optional(),
  /** no guidance where less than this part of the noise is left to find, 1 - sigma (Z-Image) */
  truncation: z.number().min(0).max(1).optional(),
  /** longest guided prediction as a factor of the unguided one's length, 0 is no limit (Z-Image) */
  normalisation: z.number().min(0).max(10).optional(),
  /** a second, negative call beside the distilled guidance (Flux) */
  trueScale: z.number().min(1).max(20).optional(),
  /** tokens of the prompt that the long text encoder reads, and pads to (T5, Qwen) */
  promptLength: z.number().int().min(16).max(512).optional(),
  sizes: sizeConditioningSchema.optional(),
  /** the same for the negative half; as `sizes` unless original and target are given */
  negativeSizes: sizeConditioningSchema.optional(),
})
export type Guidance = z.output<typeof guidanceSchema>

export const maximumControls = 4

/** A picture whose edges, depth or pose a ControlNet makes the new picture follow. */
export const controlSchema = z.object({
  /** a registered ControlNet; absent: the one in the model's own folder */
  model: z.string().min(1).max(200).optional(),
  image: z.string().min(1).max(64),
  scale: z.number().min(0).max(2).default(1),
  /** fractions of the steps between which it acts */
  start: z.number().min(0).max(1).default(0),
  end: z.number().min(0).max(1).default(1),
  resize: z.enum(['crop', 'fit', 'stretch']).default('crop'),
  /** 'canny' draws the picture's edges, 'none' takes it as it is */
  preprocess: z.enum(['none', 'canny']).default('none'),
})
export type ControlUse = z.output<typeof controlSchema>

/** Text-to-image, image-to-image (`image`) and inpainting (`image` and `mask`). */
export const generateRequestSchema = z.object({
  kind: z.literal('generate'),
  prompt: z.string().max(20_000),
  negativePrompt: z.string().max(20_000).default(''),
  furtherPrompts: furtherPromptsSchema.optional(),
  model: z.string().min(1).max(200),
  /** absent: the model's own size, or the source picture's */
  width: side.optional(),
  height: side.optional(),
  steps: z.number().int().min(1).max(200).optional(),
  guidanceScale: z.number().min(0).max(50).optional(),
  /** 'auto' is the model's scheduler_config.json */
  scheduler: z.string().max(80).default('auto'),
  /** absent: drawn when the job is accepted and shown afterwards */
  seed: seedSchema.optional(),
  /** with it `count` pictures share the seed and have variation seeds seed, seed+1, … */
  variation: variationSchema.optional(),
  batch: batchSchema.optional(),
  /** pictures, with seeds seed, seed+1, … */
  count: z.number().int().min(1).max(100).default(1),
  image: pictureSourceSchema.optional(),
  mask: maskSourceSchema.optional(),
  adapters: z.array(adapterUseSchema).max(16).default([]),
  clipSkip: z.number().int().min(0).max(12).default(0),
  guidance: guidanceSchema.optional(),
  controls: z.array(controlSchema).max(maximumControls).default([]),
  /** ControlNets lead without the prompt's help: Zhang et al. 2023, guess (or non-prompt) mode */
  guessMode: z.boolean().optional(),
  /** enlarge the result as the last step; 'auto' is what the model's manifest asks for */
  finish: finishSchema.default('auto'),
  /** the job and its pictures stay in memory: no row, no file; they end with the session */
  incognito: z.boolean().optional(),
  /** somebody was asked about the words that their prompt rules name, and said yes */
  rulesConfirmed: z.boolean().optional(),
})

export const upscaleRequestSchema = z.object({
  kind: z.literal('upscale'),
  image: z.string().min(1).max(64),
  scale: z.union([z.literal(2), z.literal(4)]),
  model: z.string().max(200).default('auto'),
  incognito: z.boolean().optional(),
})

/** Each part of restoring acts where it finds something to do, always, or never. */
export const restorePartSchema = z.enum(['auto', 'on', 'off'])
export const restoreParts = ['noise', 'jpeg', 'colour'] as const

export const restoreRequestSchema = z.object({
  kind: z.literal('restore'),
  image: z.string().min(1).max(64),
  /** 0 keeps the picture but for its scratches, 1 restores it fully */
  strength: z.number().min(0).max(1).default(1),
  /** a picture: what is white in it are scratches, to be filled from around them */
  mask: z.string().max(64).optional(),
  noise: restorePartSchema.default('auto'),
  jpeg: restorePartSchema.default('auto'),
  /** fading and colour cast */
  colour: restorePartSchema.default('auto'),
  incognito: z.boolean().optional(),
})

/** A face that somebody framed, made clear by a face model (GFPGAN, RestoreFormer, CodeFormer). */
export const faceRequestSchema = z.object({
  kind: z.literal('face'),
  image: z.string().min(1).max(64),
  model: z.string().max(200).default('auto'),
  /** the square around it, in the picture's pixels; what lies beyond the picture is left out */
  area: z.object({
    left: z.number().int().min(-maximumSide).max(maximumSide),
    top: z.number().int().min(-maximumSide).max(maximumSide),
    size: z.number().int().min(16).max(maximumSide),
  }),
  /** CodeFormer's weight: 0 the finest face, 1 the one most like the original */
  fidelity: z.number().min(0).max(1).default(0.7),
  /** 0 keeps the picture, 1 replaces the face */
  strength: z.number().min(0).max(1).default(0.8),
  incognito: z.boolean().optional(),
})

/** What stands in front, on a transparent ground (U²-Net, IS-Net, RMBG). */
export const cutoutRequestSchema = z.object({
  kind: z.literal('cutout'),
  image: z.string().min(1).max(64),
  model: z.string().max(200).default('auto'),
  incognito: z.boolean().optional(),
})

export const jobRequestSchema = z.discriminatedUnion('kind', [
  generateRequestSchema,
  upscaleRequestSchema,
  restoreRequestSchema,
  faceRequestSchema,
  cutoutRequestSchema,
])

export type GenerateRequest = z.output<typeof generateRequestSchema>
export type UpscaleRequest = z.output<typeof upscaleRequestSchema>
export type RestoreRequest = z.output<typeof restoreRequestSchema>
export type RestorePart = z.output<typeof restorePartSchema>
export type FaceRequest = z.output<typeof faceRequestSchema>
export type CutoutRequest = z.output<typeof cutoutRequestSchema>
export type JobRequest = z.output<typeof jobRequestSchema>
export type JobRequestInput = z.input<typeof jobRequestSchema>
