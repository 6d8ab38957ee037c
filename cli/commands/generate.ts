import { exportMetadataSchema } from '../../contract/export.ts'
import type { Finish, JobRequestInput } from '../../contract/generation.ts'
import { chooseModel } from '../choose-model.ts'
import { deliveryOptions, makePictures } from '../make-pictures.ts'
import { bringIn, withStudio } from '../studio-session.ts'
import { type Command, UsageError, choiceOption, numberOption, parse, sizeOption } from '../usage.ts'

const options = {
  ...deliveryOptions,
  negative: { type: 'string' },
  model: { type: 'string' },
  seed: { type: 'string' },
  steps: { type: 'string' },
  guidance: { type: 'string' },
  size: { type: 'string' },
  count: { type: 'string' },
  sampler: { type: 'string' },
  strength: { type: 'string' },
  mask: { type: 'string' },
  upscale: { type: 'string' },
  'confirm-rules': { type: 'boolean', default: false },
} as const
const withImage = { ...options, image: { type: 'string' } } as const

const optionHelp = `  --negative TEXT      what the picture should not show
  --model ID|PATH      one of "sanggar models list", or a model's folder or file
  --seed N             0 to 2^64-1; the same seed gives the same picture
  --steps N            denoising steps
  --guidance X         how strictly the prompt is followed
  --size WxH           in pixels; one number for a square
  --upscale 0|2|4      enlarge the result; unless it is said here or with --size, as the model asks for
  --count N            pictures, with seeds N, N+1, …
  --sampler ID         e.g. euler, dpmpp_2m; "auto" is the model's own
  --mask FILE          white is repainted, black is kept
  --confirm-rules      make it although a prompt rule of yours asks first
  --strength X         0 keeps the picture, 1 replaces it
  --out FILE|DIR       write the pictures there too (.png, .jpg, .webp)
  --metadata KIND      clean (default), reproducible (with the settings) or disclosed (marked as AI-made)
  --json               one JSON object per picture: id, file, width, height, seed, model, steps, milliseconds
  --data DIR           another data directory`

export const generate: Command = {
  name: 'generate',
  summary: 'makes pictures from a prompt',
  usage: `sanggar generate "PROMPT" [options]

  --image FILE         start from this picture
${optionHelp}`,
  run(parameters, terminal) {
    const { values, positionals } = parse(parameters, withImage, {
      minimum: 1,
      maximum: 1,
      names: 'the prompt',
    })
    return make(values, positionals[0] ?? '', values.image, terminal)
  },
}

export const edit: Command = {
  name: 'edit',
  summary: 'changes a picture as a prompt says',
  usage: `sanggar edit IMAGE "PROMPT" [options]

${optionHelp}`,
  run(parameters, terminal) {
    const names = 'the picture and the prompt'
    const { values, positionals } = parse(parameters, options, { minimum: 2, maximum: 2, names })
    return make(values, positionals[1] ?? '', positionals[0], terminal)
  },
}

type Values = { [Name in keyof typeof options]?: string | boolean | undefined }
const text = (value: string | boolean | undefined) => (typeof value === 'string' ? value : undefined)

function make(
  values: Values,
  prompt: string,
  image: string | undefined,
  terminal: Parameters<Command['run']>[1],
) {
  const strength = numberOption('strength', text(values.strength))
  const given = {
    ...sizeOption(text(values.size)),
    steps: numberOption('steps', text(values.steps)),
    guidanceScale: numberOption('guidance', text(values.guidance)),
    count: numberOption('count', text(values.count)),
    seed: text(values.seed),
    scheduler: text(values.sampler),
    negativePrompt: text(values.negative),
    finish: finishOf(text(values.upscale), text(values.size)),
  }
  const metadata = choiceOption('metadata', text(values.metadata), exportMetadataSchema.options)
  const chosen = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  return withStudio(text(values.data), async (session) => {
    const mask = text(values.mask)
    const capability =
      mask !== undefined ? 'inpaint' : image !== undefined ? 'image-to-image' : 'text-to-image'
    const model = await chooseModel(session, text(values.model), capability)
    const confirmed = values['confirm-rules'] === true ? { rulesConfirmed: true } : {}
    const request: JobRequestInput = { kind: 'generate', prompt, model, ...chosen, ...confirmed }
    if (image !== undefined) {
      request.image = {
        id: await bringIn(session, image, 'input'),
        ...(strength === undefined ? {} : { strength }),
      }
    }
    if (mask !== undefined) request.mask = { id: await bringIn(session, mask, 'mask') }
    await makePictures(
      session,
      request,
      { out: text(values.out), json: values.json === true, metadata },
      terminal,
    )
  })
}

const finishes = { 0: 'none', 1: 'none', 2: 'upscale-2x', 4: 'upscale-4x' } as const

/** Who names a size wants that size and no larger one. */
function finishOf(upscale: string | undefined, size: string | undefined): Finish | undefined {
  if (upscale === undefined) return size === undefined ? undefined : 'none'
  const finish = Object.entries(finishes).find(([scale]) => scale === upscale)?.[1]
  if (finish === undefined) throw new UsageError(`--upscale is 0, 2 or 4, not "${upscale}"`)
  return finish
}
