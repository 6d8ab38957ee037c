import { z } from 'zod'

export const capabilitySchema = z.enum([
  'text-to-image',
  'image-to-image',
  'inpaint',
  'upscale',
  'restore',
  'face',
  'cutout',
])

export const modelKindSchema = z.enum([
  'pipeline',
  'upscaler',
  'restorer',
  'adapter',
  'embedding',
  'vae',
  'text-encoder',
  'controlnet',
  'unknown',
])

/** Why something does not run here; the catalogues say what to do ("passport.<code>"). */
export const obstacles = [
  'pickle-refused',
  'parts-missing',
  'folder-incomplete',
  'family-unsupported',
  'video-unsupported',
  'variant-unsupported',
  'quantised-unsupported',
  'gguf-unsupported',
  'ncnn-unsupported',
  'openvino-unsupported',
  'torchscript-unsupported',
  'adapter-kind-unsupported',
  'controlnet-unsupported',
  'ip-adapter-unsupported',
  'part-only',
  'unrecognised',
  // several models lie loosely in it; `parts` names them
  'folder-of-models',
  // it breaks its own format, or stops in the middle
  'damaged',
  // it does not open as what somebody said that it is
  'told-wrongly',
  // the drive is away or the folder was moved
  'missing',
] as const
export type Obstacle = (typeof obstacles)[number]

/** What a family takes beyond prompt, size, steps and guidance; the form shows nothing else. */
export const modelOptions = [
  'clip-skip',
  'guidance-rescale',
  'guidance-truncation',
  'guidance-normalisation',
  'true-guidance',
  'size-conditioning',
  'prompt-length',
  'second-prompt',
  'third-prompt',
  'controls',
] as const
export type ModelOption = (typeof modelOptions)[number]

const limitsSchema = z.object({
  defaultWidth: z.number().int(),
  defaultHeight: z.number().int(),
  /** sizes must be multiples of this many pixels */
  multiple: z.number().int(),
  minimum: z.number().int(),
  maximum: z.number().int(),
  defaultSteps: z.number().int(),
  maximumSteps: z.number().int(),
  defaultGuidance: z.number(),
  /** false: the model ignores the negative prompt (guidance distilled or off) */
  negativePrompt: z.boolean(),
  schedulers: z.array(z.string()),
  /** absent in descriptions that are older than this field */
  options: z.array(z.enum(modelOptions)).optional(),
  /** a graph with fixed axes makes this one size only */
  onlySize: z.object({ width: z.number().int(), height: z.number().int() }).optional(),
  /** it brings a ControlNet of its own */
  ownControl: z.boolean().optional(),
})

/** What a file or folder is, found from headers alone: the passport. */
export const passportSchema = z.object({
  path: z.string(),
  name: z.string(),
  kind: modelKindSchema,
  /** "sd1", "sd2", "sdxl", "sd3", "flux1", "z-image", "starter", … as the field says it */
  family: z.string(),
  /** what exactly, for people who know: "SD 1.5 inpainting UNet (9 channels)" */
  detail: z.string(),
  layout: z.enum(['onnx-folder', 'diffusers-folder', 'single-file', 'gguf', 'pickle', 'other']),
  precision: z.string(),
  bytes: z.number(),
  parts: z.array(z.string()),
  missing: z.array(z.string()),
  capabilities: z.array(capabilitySchema),
  runs: z.boolean(),
  /** why it does not run and what to do, as a code for the catalogues ("passport.<code>") */
  obstacle: z.string().optional(),
  memoryNeeded: z.number().optional(),
  confidence: z.enum(['certain', 'likely', 'guess']),
  licence: z.string().optional(),
  triggerWords: z.array(z.string()),
  /** embedded metadata worth showing (modelspec.*, ss_*) */
  metadata: z.record(z.string(), z.string()),
})

export const exampleSchema = z.object({ language: z.enum(['en', 'id']), prompt: z.string() })

/**
 * What a person knows better than the file tells: kept for the model, until it is taken back. `family` and `companion`
 * mean something for single files, `prediction` for every UNet.
 */
export const modelOverrideSchema = z.object({
  family: z.enum(['sd1', 'sd2', 'sdxl']).optional(),
  /** what the network predicts; v-zero-snr: v down to zero signal */
  prediction: z.enum(['epsilon', 'v', 'v-zero-snr']).optional(),
  /** a diffusers or ONNX folder whose configurations, scheduler and tokenizers this model shares; absolute */
  companion: z.string().min(1).optional(),
})

export const modelSchema = z.object({
  id: z.string(),
  name: z.string(),
  builtIn: z.boolean(),
  /** the folder of models that it was found in; absent: it was added by itself */
  root: z.string().optional(),
  /** 'missing': the drive is away or the folder was moved */
  state: z.enum(['ready', 'missing', 'unsupported']),
  passport: passportSchema,
  /** what somebody said of it, over what its passport found */
  override: modelOverrideSchema.optional(),
  limits: limitsSchema.optional(),
  examples: z.array(exampleSchema),
  /** what it cannot do, said plainly, by language */
  honesty: z.record(z.string(), z.string()),
  /** what ships says of its licence, by language; others have what their passport found */
  licence: z.record(z.string(), z.string()),
  /** how the model's pictures are finished unless somebody says otherwise; absent: as they are */
  finish: z.enum(['upscale-2x', 'upscale-4x']).optional(),
  /** measured here: milliseconds per picture at the default size */
  millisecondsPerPicture: z.number().optional(),
  /** the same at the default size and steps, for every precision that made pictures here; at least two of them */
  millisecondsByPrecision: z
    .partialRecord(z.enum(['exact', 'balanced', 'fast', 'small']), z.number())
    .optional(),
  /** the execution provider that its last picture was made with */
  ranOn: z.string().optional(),
})

/** A folder whose models are listed where they lie; 'missing': its drive is away. */
export const modelRootSchema = z.object({
  path: z.string(),
  state: z.enum(['ready', 'missing']),
  models: z.number().int(),
})

/** A form of a model's weights that was made once and opens quickly. */
export const preparedFormSchema = z.object({
  key: z.string(),
  /** file or folder of the model; "" where the form is older than this note */
  model: z.string(),
  /** unet, transformer, text_encoder … */
  network: z.string(),
  /** 'weights': in 8 or 4 bits; 'packed': in the order of the kernels */
  kind: z.enum(['weights', 'packed']),
  bytes: z.number(),
  lastUsed: z.number(),
})

export type ModelOverride = z.output<typeof modelOverrideSchema>
export type PreparedForm = z.output<typeof preparedFormSchema>
export type Capability = z.output<typeof capabilitySchema>
export type ModelKind = z.output<typeof modelKindSchema>
export type ModelLimits = z.output<typeof limitsSchema>
export type Passport = z.output<typeof passportSchema>
export type Model = z.output<typeof modelSchema>
export type ModelRoot = z.output<typeof modelRootSchema>
