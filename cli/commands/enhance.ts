import { exportMetadataSchema } from '../../contract/export.ts'
import { deliveryOptions, makePictures } from '../make-pictures.ts'
import { bringIn, withStudio } from '../studio-session.ts'
import { type Command, UsageError, choiceOption, numberOption, parse } from '../usage.ts'

const deliveryHelp = `  --out FILE|DIR       write the picture there too (.png, .jpg, .webp)
  --metadata KIND      clean (default), reproducible or disclosed
  --json               one JSON object: id, file, width, height, seed, model, steps, milliseconds
  --data DIR           another data directory`

export const upscale: Command = {
  name: 'upscale',
  summary: 'makes a picture 2 or 4 times larger',
  usage: `sanggar upscale IMAGE [options]

  --scale 2|4          how many times larger (2)
  --model ID           which upscaler
${deliveryHelp}`,
  run(parameters, terminal) {
    const options = { ...deliveryOptions, scale: { type: 'string' }, model: { type: 'string' } } as const
    const { values, positionals } = parse(parameters, options, {
      minimum: 1,
      maximum: 1,
      names: 'the picture',
    })
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

export const restore: Command = {
  name: 'restore',
  summary: 'cleans an old or damaged photo',
  usage: `sanggar restore IMAGE [options]

  --strength X         0 changes nothing, 1 restores fully (1)
  --mask FILE          white marks scratches to be filled
${deliveryHelp}`,
  run(parameters, terminal) {
    const options = { ...deliveryOptions, strength: { type: 'string' }, mask: { type: 'string' } } as const
    const { values, positionals } = parse(parameters, options, {
      minimum: 1,
      maximum: 1,
      names: 'the picture',
    })
    const strength = numberOption('strength', values.strength)
    const metadata = choiceOption('metadata', values.metadata, exportMetadataSchema.options)
    return withStudio(values.data, async (session) => {
      const image = await bringIn(session, positionals[0] ?? '', 'input')
      const mask = values.mask === undefined ? {} : { mask: await bringIn(session, values.mask, 'mask') }
      const request = {
        kind: 'restore',
        image,
        ...mask,
        ...(strength === undefined ? {} : { strength }),
      } as const
      await makePictures(session, request, { out: values.out, json: values.json, metadata }, terminal)
    })
  },
}
