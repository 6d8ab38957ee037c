import { exportMetadataSchema } from '../../contract/export.ts'
import { chooseModel } from '../choose-model.ts'
import { readWishes, sayWishes, wishHelp, wishOptions } from '../generate-options.ts'
import { deliveryOptions, makePictures } from '../make-pictures.ts'
import { bringIn, withStudio } from '../studio-session.ts'
import { type Command, UsageError, choiceOption, parse } from '../usage.ts'

const text = { type: 'string' } as const
const options = { ...wishOptions, ...deliveryOptions, model: text } as const
const withImage = { ...options, image: text } as const

const optionHelp = `  --model ID|PATH                 one of "sanggar models list", or a model's folder or file
${wishHelp}

  --out FILE|DIR                  write the pictures there too (.png, .jpg, .webp)
  --metadata KIND                 clean (default), reproducible (with the settings) or disclosed (marked as AI-made)
  --json                          one JSON object per picture: id, file, width, height, seed, model, steps, milliseconds
  --data DIR                      another data directory

Settings that a model has no use for are refused, never ignored. "sanggar models list --json" shows under limits what
each takes.`

export const generate: Command = {
  name: 'generate',
  summary: 'makes pictures from a prompt',
  usage: `sanggar generate "PROMPT" [options]

  --image FILE                    start from this picture
${optionHelp}`,
  run(parameters, terminal) {
    const names = 'the prompt'
    const { values, positionals } = parse(parameters, withImage, { minimum: 1, maximum: 1, names })
    return make(values, positionals[0] ?? '', said(values['image']), terminal)
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

type Values = ReturnType<typeof parse>['values']
const said = (value: Values[string]) => (typeof value === 'string' ? value : undefined)

function make(
  values: Values,
  prompt: string,
  image: string | undefined,
  terminal: Parameters<Command['run']>[1],
): Promise<void> {
  const wishes = readWishes(values)
  const metadata = choiceOption('metadata', said(values['metadata']), exportMetadataSchema.options)
  const { out, mask } = { out: said(values['out']), mask: said(values['mask']) }
  const incognito = values['incognito'] === true
  if (incognito && out === undefined)
    throw new UsageError('--incognito keeps nothing: say with --out where to write')
  if (image === undefined && ['strength', 'resize'].some((name) => values[name] !== undefined)) {
    throw new UsageError('--strength and --resize want a picture to start from: --image FILE')
  }
  if (
    mask === undefined &&
    ['feather', 'only-masked', 'padding'].some((name) => values[name] !== undefined)
  ) {
    throw new UsageError('--feather, --only-masked and --padding want a --mask')
  }
  return withStudio(said(values['data']), async (session) => {
    const capability =
      mask !== undefined ? 'inpaint' : image !== undefined ? 'image-to-image' : 'text-to-image'
    const model = await chooseModel(session, said(values['model']), capability)
    const request = await sayWishes(
      {
        kind: 'generate',
        prompt,
        model,
        // Who names a size wants that size and no larger one.
        ...(values['size'] === undefined ? {} : { finish: 'none' as const }),
        ...(image === undefined ? {} : { image: { id: await bringIn(session, image, 'input', incognito) } }),
      },
      wishes,
      session,
    )
    await makePictures(session, request, { out, json: values['json'] === true, metadata }, terminal)
  })
}
