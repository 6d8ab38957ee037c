import { SanggarError } from '../../contract/errors.ts'
import type { Brought } from '../../contract/export.ts'
import { pngTexts } from '../import/picture-settings.ts'
import { loadSharp } from '../library/load-sharp.ts'
import { exifTags } from './exif-tags.ts'
import { jpegParts, pngParts, webpParts } from './file-parts.ts'
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
  const read = async () => (await loadSharp())(file, { limitInputPixels: false }).metadata()
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
  if (hasCredentials(file)) found.add('provenance')
  return [...found].sort()
}

const readers = [pngParts, jpegParts, webpParts]

/**
 * Content Credentials (C2PA 2.1, appendix A.3, "Embedding manifests"): a `caBX` chunk of a PNG, an APP11 segment with
 * a JUMBF box of a JPEG, a `C2PA` chunk of a WebP, a `uuid` box of an AVIF or HEIC. They sign the file as it was, so a
 * picture that is encoded anew cannot keep them.
 */
function hasCredentials(file: Buffer): boolean {
  for (const parts of readers) {
    try {
      return parts(file).some(
        ({ kind, data }) =>
          kind === 'caBX' || kind === 'C2PA' || (kind === 'APP11' && data.includes('jumb', 0, 'latin1')),
      )
    } catch {
      continue // another format
    }
  }
  const box = file.indexOf(credentialsBox)
  return box >= 0 && file.toString('latin1', 4, 8) === 'ftyp'
}

const credentialsBox = Buffer.from('75756964d8fec3d61b0e483c92975828877ec481', 'hex')

/** Resolution, orientation and colour are used in reading the pixels and say nothing of anybody. */
function isPixelTag(name: string): boolean {
  return /Orientation|Resolution|YCbCr|Version|Components|ColorSpace|ImageWidth|ImageHeight/.test(name)
}
