import path from 'node:path'
import type { ExportMetadata } from '../contract/export.ts'
import type { JobRequestInput } from '../contract/generation.ts'
import { runJob } from './run-job.ts'
import type { StudioSession } from './studio-session.ts'
import { CommandFailure, type Terminal } from './usage.ts'
import { isFolder, outputFile, pictureRecord, writePicture } from './write-pictures.ts'

export type Delivery = { out: string | undefined; json: boolean; metadata: ExportMetadata | undefined }

/** options of every command that makes pictures */
export const deliveryOptions = {
  out: { type: 'string', short: 'o' },
  metadata: { type: 'string' },
  json: { type: 'boolean', default: false },
  data: { type: 'string' },
} as const

/** What went differently from what was asked, where it changes the picture. */
const noteWords: Readonly<Record<string, (detail: string) => string>> = {
  'size-adjusted': (detail) => `the size was adjusted to ${detail}`,
  'prompt-cut': (detail) => `the prompt is too long for this model; this was not read: ${detail}`,
  'embedding-unknown': (detail) => `the embedding "${detail}" is not here and was left out`,
  'adapter-partial': (detail) =>
    `only part of an adapter fits; file and number of layers left out: ${detail}`,
  'provider-fallback': (detail) => `the graphics card could not be used; run on: ${detail}`,
}

/** Runs a job and hands its pictures over. A job that failed half-way still delivers what was finished. */
export async function makePictures(
  session: StudioSession,
  request: JobRequestInput,
  { out, json, metadata }: Delivery,
  terminal: Terminal,
): Promise<void> {
  const job = await runJob(session, request, terminal)
  const embed = (await session.call('settings.get', null)).embedSettings ? 'reproducible' : 'clean'
  const folder = out !== undefined && (await isFolder(out))
  for (const [index, id] of job.images.entries()) {
    const image = await session.call('images.get', { id })
    const count = request.kind === 'generate' ? (request.count ?? 1) : 1
    const file = out === undefined ? null : path.resolve(outputFile(out, folder, image, index, count))
    if (file !== null) await writePicture(session, image, file, metadata ?? embed)
    const record = pictureRecord(image, file)
    if (image.ignoredWords.length > 0)
      terminal.error(`note: ${image.model} does not know: ${image.ignoredWords.join(', ')}`)
    if (json) {
      terminal.out(JSON.stringify(record))
      continue
    }
    const where = file ?? `picture ${id} (in the library; --out FILE also writes a file)`
    const seed = record.seed === null ? '' : `  seed ${record.seed}`
    const time = record.milliseconds === null ? '' : `  ${(record.milliseconds / 1000).toFixed(1)} s`
    terminal.out(`${where}  ${image.width}x${image.height}${seed}${time}`)
  }
  for (const { code, detail } of job.notes) {
    const words = noteWords[code]?.(detail)
    if (words !== undefined) terminal.error(`note: ${words}`)
  }
  if (job.state !== 'done') throw new CommandFailure(job.failure ?? { code: 'cancelled' })
}
