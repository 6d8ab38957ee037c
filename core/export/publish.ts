import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { SanggarError } from '../../contract/errors.ts'
import type { PublishRequest } from '../../contract/export.ts'
import type { Image } from '../../contract/image.ts'
import { plainWords } from '../../contract/plain-words.ts'
import type { WorkResult } from '../../contract/work.ts'
import { getImage } from '../library/image-rows.ts'
import { writeDurably } from '../vault/durable-file.ts'
import type { WorkReport } from '../works/work-list.ts'
import { openFolder, takenNames, writeStream } from './destination.ts'
import { type ExportPorts, sharedIds } from './export-files.ts'
import { exportPicture } from './export-picture.ts'
import { emptyResult } from './export-run.ts'
import { extensions } from './file-name.ts'
import { staticPage } from './static-page.ts'

/** What Sanggar put there: the only files that a later run may replace or remove. */
const recordName = 'sanggar-gallery.json'
const recordSchema = z.object({
  format: z.literal(1),
  pictures: z.array(z.string().regex(/^pictures\/[a-z0-9]{1,40}\.(png|jpg|webp|avif)$/)),
})
const picturesFolder = 'pictures'
const publicIdLength = 12

/**
 * The pictures marked as shared, as a folder that any web server or disk can show. Made anew each time: pictures
 * that are no longer shared leave it. A folder that holds anything else is not touched.
 */
export async function publishGallery(
  ports: ExportPorts,
  request: PublishRequest,
  report: WorkReport,
): Promise<WorkResult> {
  const { database, library, version } = ports
  const { folder } = request
  await openFolder(folder)
  const previous = await readRecord(folder)
  const result = emptyResult(folder)
  const ids = sharedIds(database)
  const shown: { image: Image; file: string; width: number; height: number }[] = []
  await openFolder(path.join(folder, picturesFolder))
  for (const [index, id] of ids.entries()) {
    report.progress(index, ids.length)
    const image = getImage(database, id)
    const picture = await exportPicture(await library.readPng(id), image, request, version)
    // Ids are random and say nothing; a name from the prompt or the date would.
    const file = `${picturesFolder}/${id.slice(0, publicIdLength)}.${extensions[request.format]}`
    await writeDurably(path.join(folder, file), picture.bytes, 0o644)
    shown.push({ image, file, width: picture.width, height: picture.height })
    result.written += 1
    result.bytes += picture.bytes.length
  }
  const files = shown.map(({ file }) => file)
  // Recorded before anything old goes: a crash leaves files that the next run still knows as its own.
  const known = [...new Set([...files, ...previous])]
  await writeRecord(folder, known)
  const captioned = shown.map(({ image, file, width, height }) => ({
    file,
    width,
    height,
    title: request.captions === 'none' ? '' : image.title,
    text: request.captions === 'prompts' ? image.prompt : '',
    alt: publicAlt(image, request.captions),
  }))
  const title = request.title === '' ? 'Sanggar' : request.title
  const footer = [request.author, request.licence].filter((line) => line !== '').join(' · ')
  const page = staticPage(title, request.language, captioned, footer)
  await writeStream(path.join(folder, 'index.html'), page)
  for (const file of previous) {
    if (!files.includes(file)) await rm(path.join(folder, file), { force: true })
  }
  await writeRecord(folder, files)
  report.progress(ids.length, ids.length)
  return { ...result, files: ['index.html', ...files].slice(0, 1000) }
}

/** A screen reader is told no more than everybody can read: nothing of the prompt where no prompt is shown. */
function publicAlt(image: Image, captions: PublishRequest['captions']): string {
  if (captions === 'none') return ''
  return image.altText ?? (image.title || (captions === 'prompts' ? plainWords(image.prompt) : ''))
}

function writeRecord(folder: string, pictures: string[]): Promise<void> {
  return writeDurably(
    path.join(folder, recordName),
    Buffer.from(`${JSON.stringify({ format: 1, pictures }, null, 2)}\n`),
    0o644,
  )
}

/** Files of the last run; none in an empty folder. Throws 'already-exists' for a folder with anything else. */
async function readRecord(folder: string): Promise<string[]> {
  const names = await takenNames(folder)
  if (names.size === 0) return []
  try {
    return recordSchema.parse(JSON.parse(await readFile(path.join(folder, recordName), 'utf8'))).pictures
  } catch (cause) {
    throw new SanggarError({ code: 'already-exists', path: folder }, { cause })
  }
}
