import type { Image } from '../../contract/image.ts'
import type { ExportRequest } from '../../contract/export.ts'

/** Characters that some file system refuses, and dots or spaces at the ends that Windows drops. */
// oxlint-disable-next-line no-control-regex -- the control characters are meant
const forbidden = /[<>:"/\\|?*\u0000-\u001f]/g

/** `[date]-[seed]-[id]` as a file name that every system takes, without its extension. */
export function fileNameOf(pattern: string, image: Image, number: number): string {
  const made = new Date(image.createdAt)
  const two = (value: number) => String(value).padStart(2, '0')
  const values: Record<string, string> = {
    date: `${made.getFullYear()}-${two(made.getMonth() + 1)}-${two(made.getDate())}`,
    time: `${two(made.getHours())}${two(made.getMinutes())}${two(made.getSeconds())}`,
    seed: image.seed ?? 'noseed',
    model: image.model === '' ? 'nomodel' : image.model.replace(/^.*[\\/]/, ''),
    id: image.id,
    width: String(image.width),
    height: String(image.height),
    number: String(number).padStart(5, '0'),
  }
  const name = pattern
    .replaceAll(/\[([a-z]+)\]/g, (whole, key: string) => values[key] ?? whole)
    .replaceAll(forbidden, '-')
    .replaceAll(/^[. ]+|[. ]+$/g, '')
    .slice(0, 180)
  return name === '' ? image.id : name
}

export const extensions: Record<ExportRequest['format'], string> = {
  png: 'png',
  jpeg: 'jpg',
  webp: 'webp',
  avif: 'avif',
}

/** The same name twice in one export gets a number, compared as a case-blind file system would. */
export function uniqueName(name: string, extension: string, taken: Set<string>): string {
  for (let attempt = 1; ; attempt++) {
    const candidate = `${name}${attempt === 1 ? '' : `-${attempt}`}.${extension}`
    if (!taken.has(candidate.toLowerCase())) {
      taken.add(candidate.toLowerCase())
      return candidate
    }
  }
}
