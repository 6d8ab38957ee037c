import { z } from 'zod'
import { usualPromptRules } from './prompt-rules.ts'

export const settingsSchema = z.object({
  language: z.enum(['system', 'en', 'id']).default('system'),
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  /** model of the Create screen; "" is the first that is ready */
  model: z.string().default(''),
  /** what does these where nothing else is said; "" is the one that fits best */
  upscaleModel: z.string().default(''),
  restoreModel: z.string().default(''),
  faceModel: z.string().default(''),
  cutoutModel: z.string().default(''),
  /** write the settings into exported PNGs (A1111 `parameters`) unless the export says otherwise */
  embedSettings: z.boolean().default(false),
  executionProvider: z.enum(['auto', 'cpu', 'cuda', 'dml', 'coreml', 'webgpu']).default('auto'),
  /** 0: as many as there are physical cores */
  threads: z.number().int().min(0).max(256).default(0),
  /** gigabytes; 0: no ceiling */
  memoryCeiling: z.number().min(0).max(4096).default(0),
  /** how long a model's weights stay in memory after they were used */
  keepModels: z.enum(['idle', 'keep', 'after-use']).default('idle'),
  /** how weights of checkpoints are kept in memory; auto: exactly, as long as they fit */
  precision: z.enum(['auto', 'exact', 'balanced', 'fast', 'small']).default('auto'),
  /** gigabytes that prepared forms of weights may take together; the longest unused go first */
  preparedLimit: z.number().min(0).max(4096).default(40),
  /** days a picture stays in the trash */
  trashDays: z.number().int().min(0).max(3650).default(30),
  /** suggestions from one's own prompts */
  suggestions: z.boolean().default(true),
  insights: z.boolean().default(true),
  notifications: z.boolean().default(true),
  /** minutes without input until the vault locks; 0: never */
  lockAfterMinutes: z.number().int().min(0).max(1440).default(0),
  /** what a lock does to a job that runs: back into the queue, or finished into the vault first */
  whenLocked: z.enum(['pause', 'finish']).default('pause'),
  /** look for the words of `promptRulesText` in prompts; off until somebody turns it on */
  promptRules: z.boolean().default(false),
  /** as read by `readPromptRules` */
  promptRulesText: z.string().max(50_000).default(usualPromptRules),
  /** let a model's own safety checker look at what it made, where the model's folder brings one */
  checkPictures: z.boolean().default(false),
  /** keep windows out of screenshots and recordings, where the host can */
  hideFromCapture: z.boolean().default(false),
  jumpToNewest: z.boolean().default(true),
  /** keys that were changed: command of renderer/keys -> its chords, such as "Mod+Enter" */
  shortcuts: z.record(z.string().max(60), z.array(z.string().max(40)).max(4)).default({}),
  /** the version whose news were last shown; "" before the first start */
  newsSeen: z.string().max(40).default(''),
})

export const settingsChangeSchema = z.object(
  Object.fromEntries(
    Object.entries(settingsSchema.shape).map(([key, schema]) => [key, schema.removeDefault().optional()]),
  ) as {
    [K in keyof typeof settingsSchema.shape]: z.ZodOptional<
      ReturnType<(typeof settingsSchema.shape)[K]['removeDefault']>
    >
  },
)

export type Settings = z.output<typeof settingsSchema>
export type SettingsChange = z.output<typeof settingsChangeSchema>
export const defaultSettings: Settings = settingsSchema.parse({})
