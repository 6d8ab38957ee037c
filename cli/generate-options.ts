import { existsSync } from 'node:fs'
import path from 'node:path'
import type { JobRequestInput } from '../contract/generation.ts'
import { isSamplerId, samplerIdOf } from '../contract/sampler-names.ts'
import { registeredModel } from './choose-model.ts'
import { type StudioSession, bringIn } from './studio-session.ts'
import { UsageError, choiceOption, numberOption, sizeOption } from './usage.ts'

type GenerateInput = Extract<JobRequestInput, { kind: 'generate' }>

/** One option of `sanggar generate` and what it says in the contract's words. */
export type Wish = {
  /** what follows it, for --help; absent: a switch */
  takes?: string
  help: string
  /** the place in the request; a name that ends in [] collects what is said several times */
  to: string
  /** Before the studio is opened. Throws UsageError. */
  read(text: string, name: string): unknown
  /** Files become ids of the library or of a model. */
  bring?(value: never, session: StudioSession, incognito: boolean): Promise<unknown>
}

const number = (text: string, name: string) => numberOption(name, text)
const same = (text: string) => text
const on = () => true
const resizes = ['crop', 'fit', 'stretch'] as const
const resize = (text: string, name: string) => choiceOption(name, text, resizes)

/** Everything that the contract's generate request can say, but for the prompt, the model and a series. */
export const wishes: Readonly<Record<string, Wish>> = {
  negative: { takes: 'TEXT', help: 'what the picture should not show', to: 'negativePrompt', read: same },
  ...further('prompt-2', 'prompt2', 'words of their own for the second text encoder (SDXL, SD 3, Flux)'),
  ...further('prompt-3', 'prompt3', 'the same for the third (SD 3)'),
  ...further('negative-2', 'negativePrompt2', 'what the second should not see'),
  ...further('negative-3', 'negativePrompt3', 'what the third should not see'),
  seed: {
    takes: 'N',
    help: '0 to 2^64-1; the same seed, the same picture; -1: a new one',
    to: 'seed',
    read: seedOrNew,
  },
  variation: {
    takes: 'N[:X]',
    help: 'turn the noise towards seed N by X, 0 to 1 (0.1)',
    to: 'variation',
    read: variation,
  },
  steps: { takes: 'N', help: 'denoising steps', to: 'steps', read: number },
  guidance: { takes: 'X', help: 'how strictly the prompt is followed', to: 'guidanceScale', read: number },
  sampler: {
    takes: 'NAME',
    help: 'with its schedule: "DPM++ 2M Karras", euler-a …; auto is the model’s own',
    to: 'scheduler',
    read: sampler,
  },
  size: { takes: 'WxH', help: 'in pixels; one number for a square', to: '', read: sizeOption },
  count: { takes: 'N', help: 'pictures, with seeds N, N+1, …', to: 'count', read: number },
  upscale: {
    takes: '0|2|4',
    help: 'enlarge the result; unless said here or with --size, as the model asks for',
    to: 'finish',
    read: finish,
  },
  strength: { takes: 'X', help: '0 keeps the picture, 1 replaces it', to: 'image.strength', read: number },
  resize: {
    takes: 'HOW',
    help: 'crop, fit or stretch a picture of another shape',
    to: 'image.resize',
    read: resize,
  },
  mask: {
    takes: 'FILE',
    help: 'white is repainted, black is kept',
    to: 'mask.id',
    read: same,
    bring: maskId,
  },
  feather: { takes: 'N', help: 'pixels of blur at the mask’s edge (8)', to: 'mask.feather', read: number },
  'only-masked': {
    help: 'draw the masked part at full size and paste it back',
    to: 'mask.onlyMasked',
    read: on,
  },
  padding: {
    takes: 'N',
    help: 'pixels around the mask with --only-masked (32)',
    to: 'mask.padding',
    read: number,
  },
  adapter: {
    takes: 'ID|FILE[:X]',
    help: 'LoRA, embedding or VAE with a strength; several may be given',
    to: 'adapters[]',
    read: adapter,
    bring: withAdapterId,
  },
  'clip-skip': { takes: 'N', help: 'layers of the text encoder left out (0)', to: 'clipSkip', read: number },
  rescale: { takes: 'X', help: 'guidance rescale, 0 to 1 (SD, SDXL)', to: 'guidance.rescale', read: number },
  'true-guidance': {
    takes: 'X',
    help: 'guidance by a second, negative call (Flux)',
    to: 'guidance.trueScale',
    read: number,
  },
  'guide-until': {
    takes: 'X',
    help: 'CFG truncation: the part of the way that is guided (Z-Image)',
    to: 'guidance.truncation',
    read: number,
  },
  'guidance-limit': {
    takes: 'X',
    help: 'CFG normalisation: the longest guided step, 0 is no limit (Z-Image)',
    to: 'guidance.normalisation',
    read: number,
  },
  'prompt-length': {
    takes: 'N',
    help: 'tokens that T5 or Qwen reads, 16 to 512',
    to: 'guidance.promptLength',
    read: number,
  },
  ...sizes('', 'sizes', 'SDXL’s conditioning: '),
  ...sizes('negative-', 'negativeSizes', 'for the negative prompt: '),
  control: {
    takes: 'FILE[,…]',
    help: 'follow this picture; ,model=ID|FILE ,scale=X ,start=X ,end=X ,canny ,resize=HOW',
    to: 'controls[]',
    read: control,
    bring: withControlIds,
  },
  'guess-mode': { help: 'ControlNets lead without the prompt’s help', to: 'guessMode', read: on },
  incognito: { help: 'keep nothing in the library; wants --out', to: 'incognito', read: on },
  'confirm-rules': {
    help: 'make it although a prompt rule of yours asks first',
    to: 'rulesConfirmed',
    read: on,
  },
}

function further(name: string, place: string, help: string): Record<string, Wish> {
  return { [name]: { takes: 'TEXT', help, to: `furtherPrompts.${place}`, read: same } }
}

/** For node:util's parseArgs. */
export const wishOptions = Object.fromEntries(
  Object.entries(wishes).map(([name, { takes, to }]) => [
    name,
    { type: takes === undefined ? ('boolean' as const) : ('string' as const), multiple: to.endsWith('[]') },
  ]),
)

const column = 31
export const wishHelp = Object.entries(wishes)
  .map(([name, { takes, help }]) => `  ${`--${name} ${takes ?? ''}`.padEnd(column)} ${help}`)
  .join('\n')

type Values = Record<string, string | boolean | (string | boolean)[] | undefined>
/** What was said, understood but not yet brought in. Throws UsageError. */
export function readWishes(values: Values): { wish: Wish; value: unknown }[] {
  return Object.entries(wishes).flatMap(([name, wish]) =>
    [values[name] ?? []]
      .flat()
      .filter((said) => said !== false)
      .map((said) => ({ wish, value: wish.read(String(said), name) })),
  )
}

/** The request with every wish in its place; files are brought in. */
export async function sayWishes(
  request: GenerateInput,
  said: ReturnType<typeof readWishes>,
  session: StudioSession,
): Promise<GenerateInput> {
  const result: Record<string, unknown> = { ...request }
  const incognito = said.some(({ wish }) => wish.to === 'incognito')
  for (const { wish, value } of said) {
    const brought = wish.bring === undefined ? value : await wish.bring(value as never, session, incognito)
    put(result, wish.to, brought)
  }
  return result as GenerateInput
}

function put(target: Record<string, unknown>, place: string, value: unknown): void {
  if (place === '') return void Object.assign(target, value)
  const [head = '', ...rest] = place.split('.')
  if (head.endsWith('[]'))
    target[head.slice(0, -2)] = [...((target[head.slice(0, -2)] as unknown[]) ?? []), value]
  else if (rest.length === 0) target[head] = value
  else put((target[head] = { ...(target[head] as object) }), rest.join('.'), value)
}

function sizes(prefix: string, place: string, of: string): Record<string, Wish> {
  return {
    [`${prefix}original-size`]: {
      takes: 'WxH',
      help: `${of}size of the original`,
      to: `guidance.${place}.original`,
      read: sizeOption,
    },
    [`${prefix}crop`]: {
      takes: 'LEFT,TOP',
      help: `${of}where it was cut`,
      to: `guidance.${place}.crop`,
      read: corner,
    },
    [`${prefix}target-size`]: {
      takes: 'WxH',
      help: `${of}size that is wanted`,
      to: `guidance.${place}.target`,
      read: sizeOption,
    },
  }
}

const finishes = { 0: 'none', 1: 'none', 2: 'upscale-2x', 4: 'upscale-4x' } as const

function finish(text: string): string {
  const found = Object.entries(finishes).find(([scale]) => scale === text)?.[1]
  if (found === undefined) throw new UsageError(`--upscale is 0, 2 or 4, not "${text}"`)
  return found
}

/** An id or a name that people know; what is neither is left to the studio, which says what the model takes. */
function sampler(text: string): string {
  return isSamplerId(text) ? text : (samplerIdOf(text) ?? text)
}

/** -1 is a new one, as in other programs. */
function seedOrNew(text: string): string | undefined {
  return text.trim() === '-1' ? undefined : text
}

function variation(text: string) {
  const [, seed, strength = '0.1'] = /^(\d{1,20})(?::([\d.]+))?$/.exec(text) ?? []
  if (seed === undefined)
    throw new UsageError(`--variation wants SEED or SEED:STRENGTH such as 42:0.2, not "${text}"`)
  return { seed, strength: numberOption('variation', strength) }
}

function corner(text: string, name: string): { left: number; top: number } {
  const [, left, top] = /^(\d{1,5}),(\d{1,5})$/.exec(text.trim()) ?? []
  if (left === undefined) throw new UsageError(`--${name} wants LEFT,TOP such as 0,0, not "${text}"`)
  return { left: Number(left), top: Number(top) }
}

type AdapterUse = { id: string; scale?: number }
function adapter(text: string): AdapterUse {
  const [, id = text, scale] = /^(.+):(-?\d+(?:\.\d+)?)$/.exec(text) ?? []
  return scale === undefined ? { id } : { id, scale: Number(scale) }
}

async function withAdapterId({ id, ...use }: AdapterUse, session: StudioSession): Promise<AdapterUse> {
  return { ...use, id: await registeredModel(session, id) }
}

type ControlWish = { file: string; model?: string; [use: string]: unknown }
const controlNumbers = ['scale', 'start', 'end']

/** "edges.png,model=canny,scale=0.8,canny": file names may hold commas, what follows them may not. */
function control(text: string): ControlWish {
  const parts = text.split(',')
  const wish: ControlWish = { file: '' }
  while (parts.length > 1) {
    const [, key = '', value = ''] = /^(model|scale|start|end|resize)=(.+)$/.exec(parts.at(-1) ?? '') ?? []
    if (parts.at(-1) === 'canny') wish['preprocess'] = 'canny'
    else if (controlNumbers.includes(key)) wish[key] = numberOption(`control … ${key}=`, value)
    else if (key === 'resize') wish[key] = resize(value, 'control … resize=')
    else if (key === 'model') wish[key] = value
    else break
    parts.pop()
  }
  const file = parts.join(',')
  const strange = parts.length > 1 && !existsSync(file) ? parts.at(-1) : undefined
  if (strange !== undefined) throw new UsageError(`--control does not know "${strange}"`)
  return { ...wish, file }
}

async function withControlIds(
  { file, model, ...use }: ControlWish,
  session: StudioSession,
  incognito: boolean,
) {
  const image = await bringIn(session, file, 'input', incognito)
  return { ...use, image, ...(model === undefined ? {} : { model: await registeredModel(session, model) }) }
}

function maskId(file: string, session: StudioSession, incognito: boolean): Promise<string> {
  return bringIn(session, path.resolve(file), 'mask', incognito)
}
