import type { FurtherPrompts } from '../../contract/further-prompts.ts'

/** What another program wrote into a picture about how it was made; only what could be read. */
export type ImportedSettings = {
  /** the program, for the person: "A1111", "ComfyUI", "InvokeAI", … */
  program: string
  prompt: string
  negativePrompt: string
  seed?: string
  steps?: number
  guidanceScale?: number
  scheduler?: string
  model?: string
  strength?: number
  width?: number
  height?: number
  /** layers of the text left out, 0 is none (A1111 counts from 1) */
  clipSkip?: number
  /** of second and third text encoders */
  furtherPrompts?: FurtherPrompts
  guidance?: { rescale?: number; trueScale?: number }
}
