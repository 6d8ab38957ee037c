import { readUserComment } from '../import/exif-comment.ts'

/** Tags of an EXIF block (EXIF 2.32, section 4.6) as far as anybody asks here: what they say and of what kind. */
export type ExifTag = { directory: 'IFD0' | 'ExifIFD' | 'GPS' | 'IFD1'; name: string; value: string }

const names = new Map<number, string>([
  [0x010e, 'ImageDescription'],
  [0x010f, 'Make'],
  [0x0110, 'Model'],
  [0x0112, 'Orientation'],
  [0x011a, 'XResolution'],
  [0x011b, 'YResolution'],
  [0x0128, 'ResolutionUnit'],
  [0x0131, 'Software'],
  [0x0132, 'ModifyDate'],
  [0x013b, 'Artist'],
  [0x0213, 'YCbCrPositioning'],
  [0x8298, 'Copyright'],
  [0x9000, 'ExifVersion'],
  [0x9003, 'DateTimeOriginal'],
  [0x9004, 'CreateDate'],
  [0x9101, 'ComponentsConfiguration'],
  [0x9286, 'UserComment'],
  [0x9c9d, 'XPAuthor'],
  [0xa000, 'FlashpixVersion'],
  [0xa001, 'ColorSpace'],
  [0xa002, 'ExifImageWidth'],
  [0xa003, 'ExifImageHeight'],
  [0xa430, 'OwnerName'],
  [0xa431, 'SerialNumber'],
  [0xa433, 'LensMake'],
  [0xa434, 'LensModel'],
  [0xa435, 'LensSerialNumber'],
])

/** Said of the pixels, never of a person: libvips adds these to every EXIF block that it writes. */
export const technicalTags: ReadonlySet<string> = new Set([
  'Orientation',
  'XResolution',
  'YResolution',
  'ResolutionUnit',
  'YCbCrPositioning',
  'ExifVersion',
  'ComponentsConfiguration',
  'FlashpixVersion',
  'ColorSpace',
  'ExifImageWidth',
  'ExifImageHeight',
])

const pointers: ReadonlyMap<number, ExifTag['directory']> = new Map([
  [0x8769, 'ExifIFD'],
  [0x8825, 'GPS'],
])

const unitBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8]
const entriesRead = 512
const directoriesRead = 8

/** Empty for what is no EXIF block; offsets that leave the block end the reading. */
export function exifTags(block: Buffer): ExifTag[] {
  const tiff = block.subarray(block.toString('latin1', 0, 6) === 'Exif\0\0' ? 6 : 0)
  const order = tiff.toString('latin1', 0, 2)
  if (order !== 'II' && order !== 'MM') return []
  const little = order === 'II'
  const short = (at: number) => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at))
  const long = (at: number) => (little ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at))
  const tags: ExifTag[] = []
  const comment = readUserComment(block)

  function valueAt(entry: number): string {
    const type = short(entry + 2)
    const count = long(entry + 4)
    const length = (unitBytes[type] ?? 1) * count
    const at = length <= 4 ? entry + 8 : long(entry + 8)
    if (type === 2) return tiff.toString('utf8', at, at + count).replaceAll('\0', '')
    if (count === 1 && type === 3) return String(short(at))
    if (count === 1 && type === 4) return String(long(at))
    if (count === 1 && type === 5) return String(long(at) / Math.max(1, long(at + 4)))
    return `${length} bytes`
  }

  function read(at: number, directory: ExifTag['directory'], depth: number): void {
    if (at === 0 || depth > directoriesRead) return
    const count = Math.min(short(at), entriesRead)
    for (let index = 0; index < count; index++) {
      const entry = at + 2 + index * 12
      const tag = short(entry)
      const below = directory === 'IFD0' ? pointers.get(tag) : undefined
      if (below !== undefined) {
        read(long(entry + 8), below, depth + 1)
        continue
      }
      const known = directory === 'GPS' ? undefined : names.get(tag)
      const name = known ?? `0x${tag.toString(16).padStart(4, '0')}`
      const value = name === 'UserComment' && comment !== undefined ? comment : valueAt(entry)
      tags.push({ directory, name, value })
    }
    if (directory === 'IFD0') read(long(at + 2 + count * 12), 'IFD1', depth + 1)
  }

  try {
    read(long(4), 'IFD0', 0)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  return tags
}

/**
 * An EXIF block with one tag, UserComment, where AUTOMATIC1111 puts `parameters` in formats without text chunks.
 * "UNICODE" and UTF-16 in the block's byte order, big-endian, is what piexif writes and every reader expects; plain
 * ASCII has its own code at half the length.
 */
export function userCommentBlock(text: string, code: 'UNICODE' | 'ASCII' = 'UNICODE'): Buffer {
  const words = code === 'ASCII' ? Buffer.from(text, 'latin1') : Buffer.from(text, 'utf16le').swap16()
  const comment = Buffer.concat([Buffer.from(code.padEnd(8, '\0')), words])
  const start = Buffer.alloc(44)
  start.write('MM\0*', 0, 'latin1')
  start.writeUInt32BE(8, 4)
  start.writeUInt16BE(1, 8) // IFD0: the pointer to the EXIF directory
  start.writeUInt16BE(0x8769, 10)
  start.writeUInt16BE(4, 12)
  start.writeUInt32BE(1, 14)
  start.writeUInt32BE(26, 18)
  start.writeUInt16BE(1, 26) // ExifIFD: UserComment, type "undefined"
  start.writeUInt16BE(0x9286, 28)
  start.writeUInt16BE(7, 30)
  start.writeUInt32BE(comment.length, 32)
  start.writeUInt32BE(start.length, 36)
  return Buffer.concat([start, comment])
}
