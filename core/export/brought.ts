import sharp from 'sharp'
import { SanggarError } from '../../contract/errors.ts'
import type { Brought } from '../../contract/export.ts'
import { pngTexts } from '../import/picture-settings.ts'
import { exifTags } from './exif-tags.ts'
import { xmpProperties } from './xmp.ts'

const kinds: [RegExp, Brought][] = [
  [/gps|location|\b(city|country|province|sublocation)/i, 'place'],
  [/make|model|lens|serial|aux:/i, 'camera'],
  [/artist|author|owner|copyright|creator|rights|person|byline/i, 'person'],
  [/date|time/i, 'time'],
  [/usercomment|parameters|prompt|workflow|^comment$|description|software|creatortool/i, 'settings'],
]

/**
 * What kinds of things a file says besides its pixels, so that it can be told later that they were left behind. The
 * values are not kept: a place that nobody stored cannot leak.
 */
export async function broughtBy(file: Buffer): Promise<Brought[]> {
  const found = new Set<Brought>()
  const note = (name: string) => found.add(kinds.find(([pattern]) => pattern.test(name))?.[1] ?? 'other')
  const isPng = file.toString('latin1', 1, 4) === 'PNG'
  for (const keyword of Object.keys(isPng ? pngTexts(file) : {})) note(keyword)
  // Of an empty file sharp complains at once and not by a promise.
  const read = async () => sharp(file, { limitInputPixels: false }).metadata()
  const { exif, xmp, iptc } = await read().catch((cause: unknown) => {
    throw new SanggarError({ code: 'picture-unreadable', name: '' }, { cause })
  })
  for (const { directory, name } of exif === undefined ? [] : exifTags(exif)) {
    if (directory === 'GPS') found.add('place')
    else if (directory === 'IFD1') found.add('thumbnail')
    else if (!isPixelTag(name)) note(name)
  }
  for (const { name } of xmp === undefined ? [] : xmpProperties(xmp.toString('utf8'))) note(name)
  if (iptc !== undefined) found.add('other')
  return [...found].sort()
}

/** Resolution, orientation and colour are used in reading the pixels and say nothing of anybody. */
function isPixelTag(name: string): boolean {
  return /Orientation|Resolution|YCbCr|Version|Components|ColorSpace|ImageWidth|ImageHeight/.test(name)
}
