import { exportMetadataSchema } from '../../contract/export.ts'
import { restorePartSchema } from '../../contract/generation.ts'
import { deliveryOptions, makePictures } from '../make-pictures.ts'
import { bringIn, withStudio } from '../studio-session.ts'
import { type Command, UsageError, choiceOption, numberOption, parse } from '../usage.ts'

const deliveryHelp = `  --out FILE|DIR       write the picture there too (.png, .jpg, .webp)
  --metadata KIND      clean (default), reproducible or disclosed
  --json               one JSON object: id, file, width, height, seed, model, steps, milliseconds
  --data DIR           another data directory`

const onePicture = { minimum: 1, maximum: 1, names: 'the picture' } as const

export const upscale: Command = {
  name: 'upscale',
  summary: 'makes a picture 2 or 4 times larger',
  usage: `sanggar upscale IMAGE [options]

  --scale 2|4          how many times larger (2)
  --model ID           which upscaler
${deliveryHelp}`,
  run(parameters, terminal) {
    const options = { ...deliveryOptions, scale: { type: 'string' }, model: { type: 'string' } } as const
    const { values, positionals } = parse(parameters, options, onePicture)
    const scale = numberOption('scale', values.scale) ?? 2
    if (scale !== 2 && scale !== 4) throw new UsageError(`--scale is 2 or 4, not "${values.scale}"`)
    const metadata = choiceOption('metadata', values.metadata, exportMetadataSchema.options)
    return withStudio(values.data, async (session) => {
      const image = await bringIn(session, positionals[0] ?? '', 'input')
      const request = { kind: 'upscale', image, scale, ...(values.model && { model: values.model }) } as const
      await makePictures(session, request, { out: values.out, json: values.json, metadata }, terminal)
    })
  },
}

const parts = restorePartSchema.options

export const restore: Command = {
  name: 'restore',
  summary: 'cleans an old or damaged photo',
  usage: `sanggar restore IMAGE [options]

  --strength X         0 changes nothing but scratches, 1 restores fully (1)
  --mask FILE          white marks scratches to be filled
  --noise auto|on|off  takes noise away; "auto" where there is some
  --jpeg auto|on|off   takes JPEG's blocks away; "auto" where their traces are found
  --colour auto|on|off takes fading and a colour cast back; "auto" where blacks are pale and tinted
${deliveryHelp}`,
  run(parameters, terminal) {
    const text = { type: 'string' } as const
    const own = { strength: text, mask: text, noise: text, jpeg: text, colour: text } as const
    const { values, positionals } = parse(parameters, { ...deliveryOptions, ...own }, onePicture)
    const wishes = {
      strength: numberOption('strength', values.strength),
      noise: choiceOption('noise', values.noise, parts),
      jpeg: choiceOption('jpeg', values.jpeg, parts),
      colour: choiceOption('colour', values.colour, parts),
    }
    const metadata = choiceOption('metadata', values.metadata, exportMetadataSchema.options)
    return withStudio(values.data, async (session) => {
      const image = await bringIn(session, positionals[0] ?? '', 'input')
      const mask = values.mask === undefined ? undefined : await bringIn(session, values.mask, 'mask')
      const request = { kind: 'restore', image, ...said({ ...wishes, mask }) } as const
      await makePictures(session, request, { out: values.out, json: values.json, metadata }, terminal)
    })
  },
}

export const face: Command = {
  name: 'face',
  summary: 'makes a face clear with a face model (GFPGAN, CodeFormer, …)',
  usage: `sanggar face IMAGE --area LEFT,TOP,SIZE [options]

  --area L,T,S         the square around the face, in the picture's pixels
  --strength X         0 keeps the picture, 1 replaces the face (0.8)
  --fidelity X         CodeFormer: 0 the finest face, 1 the one most like the original (0.7)
  --model ID           which face model
${deliveryHelp}`,
  run(parameters, terminal) {
    const text = { type: 'string' } as const
    const own = { area: text, strength: text, fidelity: text, model: text } as const
    const { values, positionals } = parse(parameters, { ...deliveryOptions, ...own }, onePicture)
    const area = areaOption(values.area)
    const strength = numberOption('strength', values.strength)
    const fidelity = numberOption('fidelity', values.fidelity)
    const metadata = choiceOption('metadata', values.metadata, exportMetadataSchema.options)
    return withStudio(values.data, async (session) => {
      const image = await bringIn(session, positionals[0] ?? '', 'input')
      const request = {
        kind: 'face',
        image,
        area,
        ...said({ strength, fidelity, model: values.model }),
      } as const
      await makePictures(session, request, { out: values.out, json: values.json, metadata }, terminal)
    })
  },
}

export const cutout: Command = {
  name: 'cutout',
  summary: 'takes the background away with a model for that (U²-Net, IS-Net, RMBG)',
  usage: `sanggar cutout IMAGE [options]

  --model ID           which model
${deliveryHelp}`,
  run(parameters, terminal) {
    const options = { ...deliveryOptions, model: { type: 'string' } } as const
    const { values, positionals } = parse(parameters, options, onePicture)
    const metadata = choiceOption('metadata', values.metadata, exportMetadataSchema.options)
    return withStudio(values.data, async (session) => {
      const image = await bringIn(session, positionals[0] ?? '', 'input')
      const request = { kind: 'cutout', image, ...said({ model: values.model }) } as const
      await makePictures(session, request, { out: values.out, json: values.json, metadata }, terminal)
    })
  },
}

/** Without what was not said: the contract knows the defaults. */
function said<Values extends object>(
  values: Values,
): { [Key in keyof Values]?: Exclude<Values[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never
}

function areaOption(text: string | undefined): { left: number; top: number; size: number } {
  const match = /^(-?\d{1,5}),(-?\d{1,5}),(\d{1,5})$/.exec(text?.trim() ?? '')
  if (match === null)
    throw new UsageError(`--area wants LEFT,TOP,SIZE such as 120,80,256, not "${text ?? ''}"`)
  return { left: Number(match[1]), top: Number(match[2]), size: Number(match[3]) }
}
