import type { Image } from '../../contract/image.ts'
import { plainWords } from '../../contract/plain-words.ts'
import type { Connection } from '../database/open-database.ts'
import { getImage } from '../library/image-rows.ts'
import { staticPage } from './static-page.ts'

/** A picture and the name that its file got. */
export type Written = { id: string; name: string }

export const listNames = ['pictures.json', 'pictures.csv', 'index.html'] as const

const fields = {
  id: (image) => image.id,
  width: (image) => image.width,
  height: (image) => image.height,
  createdAt: (image) => new Date(image.createdAt).toISOString(),
  title: (image) => image.title,
  prompt: (image) => image.prompt,
  negativePrompt: (image) => image.negativePrompt,
  model: (image) => image.model,
  seed: (image) => image.seed,
  steps: (image) => image.steps,
  guidanceScale: (image) => image.guidanceScale,
  scheduler: (image) => image.scheduler,
  strength: (image) => image.strength,
  note: (image) => image.note,
  tags: (image) => image.tags,
  starred: (image) => image.starred,
} satisfies Record<string, (image: Image) => Cell>

export const listFields: readonly string[] = ['file', ...Object.keys(fields)]

type Cell = string | number | boolean | string[] | undefined

function entryOf(name: string, image: Image): Record<string, Cell> {
  return {
    file: name,
    ...Object.fromEntries(Object.entries(fields).map(([field, read]) => [field, read(image)])),
  }
}

/** The three lists, each as a stream of text: rows are read again one by one, so that no list lies in memory. */
export function pictureLists(
  database: Connection,
  written: readonly Written[],
): { name: (typeof listNames)[number]; text: Iterable<string> }[] {
  return [
    { name: 'pictures.json', text: jsonList(database, written) },
    { name: 'pictures.csv', text: csvList(database, written) },
    {
      name: 'index.html',
      text: staticPage('Sanggar', 'en', pagePictures(database, written)),
    },
  ]
}

function* jsonList(database: Connection, written: readonly Written[]): Generator<string> {
  yield '[\n'
  for (const [index, { id, name }] of written.entries()) {
    const comma = index === written.length - 1 ? '' : ','
    yield `${JSON.stringify(entryOf(name, getImage(database, id)))}${comma}\n`
  }
  yield ']\n'
}

/** RFC 4180, with the mark by which spreadsheets know UTF-8. */
function* csvList(database: Connection, written: readonly Written[]): Generator<string> {
  yield `\uFEFF${listFields.join(',')}\r\n`
  for (const { id, name } of written) {
    const entry = entryOf(name, getImage(database, id))
    yield `${listFields.map((field) => csvCell(entry[field])).join(',')}\r\n`
  }
}

function csvCell(value: Cell): string {
  if (value === undefined) return ''
  const text = Array.isArray(value) ? value.join('; ') : String(value)
  // A prompt that begins like a formula stays a text when a spreadsheet opens the list.
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function* pagePictures(database: Connection, written: readonly Written[]) {
  for (const { id, name } of written) {
    const { width, height, title, prompt, altText } = getImage(database, id)
    const alt = altText ?? (title || plainWords(prompt))
    yield { file: name, width, height, title, text: prompt, alt }
  }
}
