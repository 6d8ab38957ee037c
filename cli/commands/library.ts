import path from 'node:path'
import { exportMetadataSchema } from '../../contract/export.ts'
import type { Receipt } from '../../contract/privacy.ts'
import { type StudioSession, withStudio } from '../studio-session.ts'
import { sessionWork } from '../session-work.ts'
import {
  type Command,
  CommandFailure,
  type Terminal,
  choiceOption,
  dataOption,
  jsonOption,
  numberOption,
  parse,
} from '../usage.ts'
import { seedValue } from '../write-pictures.ts'

const page = 500

async function* pictures(session: StudioSession, text: string, trash: boolean) {
  for (let offset = 0; ; offset += page) {
    const { tiles } = await session.call('images.query', { text, trash, offset, limit: page })
    for (const tile of tiles) yield await session.call('images.get', { id: tile.id })
    if (tiles.length < page) return
  }
}

export const libraryList: Command = {
  name: 'library list',
  summary: 'lists the pictures, newest first',
  usage: `sanggar library list [options]

  --search TEXT        words and tokens, as in the gallery: model: seed: size: after: before: tag: star:
  --trash              what lies in the trash instead
  --json               one JSON object per picture
  --data DIR           another data directory`,
  run(parameters, terminal) {
    const options = {
      ...dataOption,
      ...jsonOption,
      search: { type: 'string' },
      trash: { type: 'boolean', default: false },
    } as const
    const { values } = parse(parameters, options, { minimum: 0, maximum: 0, names: '' })
    return withStudio(values.data, async (session) => {
      for await (const { request: _request, ...image } of pictures(
        session,
        values.search ?? '',
        values.trash,
      )) {
        const day = new Date(image.createdAt).toISOString().slice(0, 19).replace('T', ' ')
        if (values.json) terminal.out(JSON.stringify({ ...image, seed: seedValue(image.seed) }))
        else
          terminal.out(`${image.id}  ${day}  ${image.width}x${image.height}  ${image.title || image.prompt}`)
      }
    })
  },
}

export const libraryExport: Command = {
  name: 'library export',
  summary: 'writes pictures into a folder',
  usage: `sanggar library export DIR [ID…] [options]

  --format KIND        png (default), jpeg, webp or avif
  --quality N          1 to 100, for jpeg, webp and avif
  --metadata KIND      clean (default), reproducible (with the settings) or disclosed (marked as AI-made)
  --pattern TEXT       file names: [date] [time] [seed] [model] [id] [width] [height] [number]
  --list               also pictures.json, pictures.csv and index.html, lists with all settings
  --json               one JSON object: written, bytes, files, unreadable
  --data DIR           another data directory`,
  run(parameters, terminal) {
    const options = {
      ...dataOption,
      ...jsonOption,
      format: { type: 'string' },
      quality: { type: 'string' },
      metadata: { type: 'string' },
      pattern: { type: 'string' },
      list: { type: 'boolean', default: false },
    } as const
    const { values, positionals } = parse(parameters, options, {
      minimum: 1,
      maximum: 100_000,
      names: 'the folder',
    })
    const [folder = '', ...ids] = positionals
    const format = choiceOption('format', values.format, ['png', 'jpeg', 'webp', 'avif'])
    const metadata = choiceOption('metadata', values.metadata, exportMetadataSchema.options)
    const quality = numberOption('quality', values.quality)
    return withStudio(values.data, async (session) => {
      const result = await sessionWork(session, 'export.start', {
        folder: path.resolve(folder),
        request: {
          images: ids.length === 0 ? 'all' : ids,
          list: values.list,
          ...(format && { format }),
          ...(metadata && { metadata }),
          ...(quality === undefined ? {} : { quality }),
          ...(values.pattern === undefined ? {} : { pattern: values.pattern }),
        },
      })
      const { written, bytes, files = [], unreadable } = result
      if (unreadable.length > 0) terminal.error(`damaged, left out: ${unreadable.join(' ')}`)
      terminal.out(
        values.json
          ? JSON.stringify({ written, bytes, files, unreadable })
          : `${written} pictures written, ${bytes} bytes`,
      )
    })
  },
}

export const libraryDelete: Command = {
  name: 'library delete',
  summary: 'moves pictures to the trash, or erases them',
  usage: `sanggar library delete ID… [options]

  --erase              for good: keys, rows, files and thumbnails
  --json               the receipt as a JSON object (with --erase)
  --data DIR           another data directory`,
  run(parameters, terminal) {
    const options = { ...dataOption, ...jsonOption, erase: { type: 'boolean', default: false } } as const
    const { values, positionals: ids } = parse(parameters, options, {
      minimum: 1,
      maximum: 100_000,
      names: 'an id',
    })
    return withStudio(values.data, async (session) => {
      // All or nothing: an id that does not exist is said before anything goes.
      for (const id of ids) await session.call('images.get', { id })
      if (values.erase) report(await session.call('images.erase', { ids }), values.json, terminal)
      else await session.call('images.trash', { ids })
    })
  },
}

export const libraryDeleteAll: Command = {
  name: 'library delete-all',
  summary: 'erases everything that Sanggar holds, and says what that was',
  usage: `sanggar library delete-all --yes [options]

  --yes                it cannot be undone
  --json               the receipt as a JSON object
  --data DIR           another data directory`,
  run(parameters, terminal) {
    const options = { ...dataOption, ...jsonOption, yes: { type: 'boolean', default: false } } as const
    const { values } = parse(parameters, options, { minimum: 0, maximum: 0, names: '' })
    if (!values.yes) throw new CommandFailure({ code: 'confirmation-required' })
    return withStudio(values.data, async (session) => {
      session.on('library.emptying', ({ done, total }) =>
        terminal.status?.(`erasing, ${done} of ${total} files`),
      )
      const receipt = await session.call('privacy.deleteAll', { confirmation: 'delete everything' })
      terminal.status?.('')
      report(receipt, values.json, terminal)
    })
  },
}

function report(receipt: Receipt, json: boolean, terminal: Terminal): void {
  if (json) return terminal.out(JSON.stringify(receipt))
  const rows = Object.entries(receipt.rows).map(([table, count]) => `${count} ${table}`)
  terminal.out(`erased: ${rows.join(', ') || 'no rows'}; ${receipt.files} files, ${receipt.bytes} bytes`)
  terminal.out(`looked for again on disk and gone: ${receipt.verified}`)
  if (receipt.keyDestroyed) terminal.out('the key of the vault is destroyed')
  for (const { name, reason } of receipt.left) terminal.out(`left: ${name} (${reason})`)
}
