import path from 'node:path'
import type { ModelOverride, PreparedForm } from '../../contract/model.ts'
import { sessionWork } from '../session-work.ts'
import { withStudio } from '../studio-session.ts'
import { type Command, UsageError, dataOption, jsonOption, parse } from '../usage.ts'

export const modelsExport: Command = {
  name: 'models export',
  summary: 'writes a checkpoint as a standard ONNX folder for other programs',
  usage: `sanggar models export MODEL --out FOLDER [--data DIR]
  MODEL is an id or a path, FOLDER must not be there yet. Every graph is opened again and run once: what is
  there at the end answers as the checkpoint does.`,
  run(parameters, terminal) {
    const options = { ...dataOption, out: { type: 'string' } } as const
    const { values, positionals } = parse(parameters, options, { minimum: 1, maximum: 1, names: 'the model' })
    const { out } = values
    if (out === undefined) throw new UsageError('missing --out FOLDER')
    return withStudio(values.data, async (session) => {
      const folder = path.resolve(out)
      const asked = { id: positionals[0] ?? '', folder }
      const { place, bytes } = await sessionWork(session, 'models.export', asked, (work) => {
        if (terminal.signal.aborted) void session.call('works.cancel', { id: work.id })
        else if (work.total > 0) terminal.status?.(`${work.done} / ${work.total}`)
      })
      terminal.out(`${place}  ${gigabytes(bytes)}`)
    })
  },
}

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(2)} GB`

const formLine = ({ key, model, network, kind, bytes, lastUsed }: PreparedForm) =>
  `${key}  ${gigabytes(bytes)}  ${new Date(lastUsed).toISOString().slice(0, 10)}  ${network} ${kind}  ${model}`

export const cachesList: Command = {
  name: 'models caches list',
  summary: 'lists the prepared forms of weights, which can all be made again',
  usage: 'sanggar models caches list [--json] [--data DIR]',
  run(parameters, terminal) {
    const { values } = parse(
      parameters,
      { ...dataOption, ...jsonOption },
      { minimum: 0, maximum: 0, names: '' },
    )
    return withStudio(values.data, async (session) => {
      for (const form of await session.call('models.prepared', null)) {
        terminal.out(values.json ? JSON.stringify(form) : formLine(form))
      }
    })
  },
}

export const cachesErase: Command = {
  name: 'models caches erase',
  summary: 'erases prepared forms of weights: those named, or all',
  usage: 'sanggar models caches erase [KEY ...] [--all] [--data DIR]',
  run(parameters, terminal) {
    const options = { ...dataOption, all: { type: 'boolean', default: false } } as const
    const { values, positionals } = parse(parameters, options, { minimum: 0, maximum: 10_000, names: 'keys' })
    if (values.all === positionals.length > 0) throw new UsageError('name the keys, or say --all')
    return withStudio(values.data, async (session) => {
      const before = await session.call('models.prepared', null)
      const unknown = positionals.find((key) => !before.some((form) => form.key === key))
      if (unknown !== undefined) throw new UsageError(`there is no prepared form ${unknown}`)
      const keys = values.all ? before.map((form) => form.key) : positionals
      const after = await session.call('models.erasePrepared', { keys })
      const bytes = (forms: readonly PreparedForm[]) => forms.reduce((sum, form) => sum + form.bytes, 0)
      terminal.out(gigabytes(bytes(before) - bytes(after)))
    })
  },
}

const families = ['sd1', 'sd2', 'sdxl'] as const
const predictions = ['epsilon', 'v', 'v-zero-snr'] as const

function oneOf<Word extends string>(
  name: string,
  words: readonly Word[],
  said: string | undefined,
): Word | undefined {
  const found = words.find((word) => word === said)
  if (said !== undefined && found === undefined)
    throw new UsageError(`--${name} is one of ${words.join(', ')}`)
  return found
}

export const modelsOverride: Command = {
  name: 'models override',
  summary: 'says what a model is, over what its file tells',
  usage: `sanggar models override MODEL [--family ${families.join('|')}] [--prediction ${predictions.join('|')}]
                        [--companion FOLDER] [--none] [--data DIR]
  What is not given is left to the file; --none takes everything back. --companion is a folder of the same
  architecture whose configurations, scheduler and tokenizers the model shares.`,
  run(parameters, terminal) {
    const options = {
      ...dataOption,
      family: { type: 'string' },
      prediction: { type: 'string' },
      companion: { type: 'string' },
      none: { type: 'boolean', default: false },
    } as const
    const { values, positionals } = parse(parameters, options, { minimum: 1, maximum: 1, names: 'the model' })
    const family = oneOf('family', families, values.family)
    const prediction = oneOf('prediction', predictions, values.prediction)
    const said: ModelOverride = {
      ...(family === undefined ? {} : { family }),
      ...(prediction === undefined ? {} : { prediction }),
      ...(values.companion === undefined ? {} : { companion: path.resolve(values.companion) }),
    }
    if (values.none === Object.keys(said).length > 0) throw new UsageError('say something, or --none')
    return withStudio(values.data, async (session) => {
      const model = await session.call('models.override', {
        id: positionals[0] ?? '',
        override: values.none ? null : said,
      })
      terminal.out(JSON.stringify(model.override ?? {}))
    })
  },
}
