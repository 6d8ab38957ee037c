import path from 'node:path'
import type { Model, Passport } from '../../contract/model.ts'
import { obstacleMessage } from '../obstacle-messages.ts'
import { withStudio } from '../studio-session.ts'
import { failureLine } from '../failure-messages.ts'
import { type Command, CommandFailure, dataOption, jsonOption, parse } from '../usage.ts'

const options = { ...dataOption, ...jsonOption } as const

const gigabytes = (bytes: number) =>
  bytes < 1e8 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`

function modelLine({ id, name, state, passport, limits, override }: Model): string {
  const said = override === undefined ? '' : `  said: ${JSON.stringify(override)}`
  const size = limits === undefined ? '' : `  ${limits.defaultWidth}x${limits.defaultHeight}`
  return `${id}  ${name}  ${passport.capabilities.join(', ')}${size}  ${gigabytes(passport.bytes)}  ${state}${said}`
}

function passportLines(passport: Passport): string[] {
  const { name, detail, kind, layout, precision, bytes, runs, obstacle, confidence } = passport
  const lists: [string, readonly string[]][] = [
    ['can do', passport.capabilities],
    ['parts', kind === 'pipeline' ? passport.parts : []],
    ['missing', passport.missing],
    ['words that call it up', passport.triggerWords],
  ]
  const memory = runs && kind === 'pipeline' ? passport.memoryNeeded : undefined
  return [
    `${name}: ${detail} (${confidence})`,
    `layout ${layout}, precision ${precision}, ${gigabytes(bytes)}`,
    ...lists.flatMap(([what, words]) => (words.length === 0 ? [] : [`${what}: ${words.join(', ')}`])),
    ...(passport.licence === undefined ? [] : [`licence: ${passport.licence}`]),
    ...(memory === undefined ? [] : [`memory: about ${gigabytes(memory)}`]),
    runs
      ? `runs here${uses[kind] ?? ''}`
      : `does not run here: ${obstacleMessage(obstacle ?? 'for an unknown reason')}`,
  ]
}

/** How what is no model of its own is used. */
const uses: Partial<Record<Passport['kind'], string>> = {
  adapter: ', with a model: --adapter',
  embedding: ', with a model: --adapter, and its word in the prompt',
  vae: ', in place of a model’s own: --adapter',
  controlnet: ', with a model: --control PICTURE,model=FILE',
}

export const modelsList: Command = {
  name: 'models list',
  summary: 'lists the models that are there',
  usage: 'sanggar models list [--json] [--data DIR]',
  run(parameters, terminal) {
    const { values } = parse(parameters, options, { minimum: 0, maximum: 0, names: '' })
    return withStudio(values.data, async (session) => {
      for (const model of await session.call('models.list', null)) {
        terminal.out(values.json ? JSON.stringify(model) : modelLine(model))
      }
    })
  },
}

export const modelsInspect: Command = {
  name: 'models inspect',
  summary: 'says what a model file or folder is, whether it runs, and if not why',
  usage: 'sanggar models inspect PATH [--json] [--data DIR]',
  run(parameters, terminal) {
    const { values, positionals } = parse(parameters, options, { minimum: 1, maximum: 1, names: 'the path' })
    return withStudio(values.data, async (session) => {
      const passport = await session.call('models.inspect', { path: path.resolve(positionals[0] ?? '') })
      if (values.json) terminal.out(JSON.stringify(passport))
      else for (const line of passportLines(passport)) terminal.out(line)
    })
  },
}

export const modelsAdd: Command = {
  name: 'models add',
  summary: 'uses a model from where it lies; nothing is copied',
  usage: `sanggar models add PATH [--json] [--data DIR]

PATH is a model's file or folder, or a folder of several: then each of them is added that runs here.`,
  run(parameters, terminal) {
    const { values, positionals } = parse(parameters, options, { minimum: 1, maximum: 1, names: 'the path' })
    return withStudio(values.data, async (session) => {
      const target = path.resolve(positionals[0] ?? '')
      const add = async (place: string) => {
        const model = await session.call('models.add', { path: place })
        terminal.out(values.json ? JSON.stringify(model) : modelLine(model))
      }
      const { obstacle, parts } = await session.call('models.inspect', { path: target })
      if (obstacle !== 'folder-of-models') return add(target)
      for (const part of parts) {
        const place = path.join(target, part)
        try {
          const { runs, obstacle: why } = await session.call('models.inspect', { path: place })
          if (runs) await add(place)
          else
            terminal.error(`${part}: does not run here: ${obstacleMessage(why ?? 'for an unknown reason')}`)
        } catch (error) {
          // One damaged file keeps none of the others out.
          if (!(error instanceof CommandFailure)) throw error
          terminal.error(failureLine(error.failure))
        }
      }
    })
  },
}

export const modelsRemove: Command = {
  name: 'models remove',
  summary: 'forgets a model; its files stay where they are',
  usage: 'sanggar models remove ID [--data DIR]',
  run(parameters) {
    const { values, positionals } = parse(parameters, dataOption, { minimum: 1, maximum: 1, names: 'the id' })
    return withStudio(values.data, async (session) => {
      await session.call('models.remove', { id: positionals[0] ?? '' })
    })
  },
}
