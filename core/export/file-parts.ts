import { pngChunks } from './png-chunks.ts'

/** A named stretch of a picture file: a PNG chunk, a JPEG segment, a RIFF chunk, an ISO box or item. */
export type FilePart = { kind: string; data: Buffer }

/** JPEG segments up to the pixels, and what follows the end of the picture (ITU-T T.81, annex B). */
export function jpegParts(file: Buffer): FilePart[] {
  if (file.readUInt16BE(0) !== 0xffd8) throw new Error('not a JPEG')
  const parts: FilePart[] = []
  let at = 2
  while (at + 4 <= file.length) {
    if (file[at] !== 0xff) throw new Error('JPEG segment expected')
    const marker = file[at + 1] as number
    if (marker === 0xda) break
    const length = file.readUInt16BE(at + 2)
    const data = file.subarray(at + 4, at + 2 + length)
    parts.push({ kind: segmentName(marker), data })
    at += 2 + length
  }
  const end = file.lastIndexOf(Buffer.from([0xff, 0xd9]))
  if (end < 0) throw new Error('JPEG cut off')
  if (end + 2 < file.length) parts.push({ kind: 'after the end', data: file.subarray(end + 2) })
  return parts
}

function segmentName(marker: number): string {
  if (marker >= 0xe0 && marker <= 0xef) return `APP${marker - 0xe0}`
  return marker === 0xfe ? 'COM' : 'picture'
}

/** Chunks of a WebP file (RFC 9649, section 2.3 and following). */
export function webpParts(file: Buffer): FilePart[] {
  if (file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WEBP') {
    throw new Error('not a WebP')
  }
  const parts: FilePart[] = []
  const end = 8 + file.readUInt32LE(4)
  for (let at = 12; at + 8 <= end;) {
    const length = file.readUInt32LE(at + 4)
    parts.push({ kind: file.toString('latin1', at, at + 4), data: file.subarray(at + 8, at + 8 + length) })
    at += 8 + length + (length & 1)
  }
  if (end + (end & 1) < file.length) parts.push({ kind: 'after the end', data: file.subarray(end) })
  return parts
}

type Box = { type: string; start: number; end: number }

function boxes(file: Buffer, start: number, end: number): Box[] {
  const found: Box[] = []
  for (let at = start; at + 8 <= end;) {
    const size = file.readUInt32BE(at)
    const type = file.toString('latin1', at + 4, at + 8)
    const wide = size === 1
    const length = wide ? Number(file.readBigUInt64BE(at + 8)) : size === 0 ? end - at : size
    if (length < 8 || at + length > end) throw new Error('box cut off')
    found.push({ type, start: at + (wide ? 16 : 8), end: at + length })
    at += length
  }
  return found
}

/** Items and boxes of an AVIF file (ISO/IEC 14496-12, 8.11; AVIF 1.1): what is there besides the coded picture. */
export function avifParts(file: Buffer): FilePart[] {
  const parts: FilePart[] = []
  const top = boxes(file, 0, file.length)
  for (const { type, start, end } of top) {
    if (type !== 'meta') parts.push({ kind: type, data: file.subarray(start, end) })
  }
  const meta = top.find(({ type }) => type === 'meta')
  if (meta === undefined) throw new Error('AVIF without items')
  const inner = boxes(file, meta.start + 4, meta.end)
  const places = itemPlaces(file, inner)
  for (const { id, type } of itemTypes(file, inner)) {
    parts.push({ kind: `item ${type}`, data: places.get(id) ?? Buffer.alloc(0) })
  }
  const properties = inner.find(({ type }) => type === 'iprp')
  const container = properties && boxes(file, properties.start, properties.end)[0]
  for (const { type, start, end } of container ? boxes(file, container.start, container.end) : []) {
    const colour = type === 'colr' ? ` ${file.toString('latin1', start, start + 4)}` : ''
    parts.push({ kind: `property ${type}${colour}`, data: file.subarray(start, end) })
  }
  for (const { type, start, end } of inner) {
    if (!['hdlr', 'pitm', 'iloc', 'iinf', 'iprp', 'iref', 'idat'].includes(type)) {
      parts.push({ kind: type, data: file.subarray(start, end) })
    }
  }
  return parts
}

function itemTypes(file: Buffer, inner: Box[]): { id: number; type: string }[] {
  const list = inner.find(({ type }) => type === 'iinf')
  if (list === undefined) return []
  const from = list.start + (file[list.start] === 0 ? 6 : 8)
  return boxes(file, from, list.end).map(({ start }) => {
    const wide = file[start] === 3
    const at = start + 4
    const id = wide ? file.readUInt32BE(at) : file.readUInt16BE(at)
    const typeAt = at + (wide ? 6 : 4)
    return { id, type: file.toString('latin1', typeAt, typeAt + 4) }
  })
}

/** iloc versions 0 to 2, offsets into the file: what encoders write. */
function itemPlaces(file: Buffer, inner: Box[]): Map<number, Buffer> {
  const places = new Map<number, Buffer>()
  const box = inner.find(({ type }) => type === 'iloc')
  if (box === undefined) return places
  const version = file[box.start] as number
  const sizes = file.readUInt16BE(box.start + 4)
  const [offsetSize, lengthSize, baseSize] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15]
  const indexSize = version === 0 ? 0 : sizes & 15
  let at = box.start + 6
  const read = (size: number): number => {
    if (size === 0) return 0
    const value = size === 8 ? Number(file.readBigUInt64BE(at)) : file.readUIntBE(at, size)
    at += size
    return value
  }
  const count = read(version < 2 ? 2 : 4)
  for (let item = 0; item < count; item++) {
    const id = read(version < 2 ? 2 : 4)
    if (version > 0) at += 2
    at += 2
    const base = read(baseSize)
    const extents = read(2)
    const pieces: Buffer[] = []
    for (let extent = 0; extent < extents; extent++) {
      read(indexSize)
      const start = base + read(offsetSize)
      pieces.push(file.subarray(start, start + read(lengthSize)))
    }
    places.set(id, Buffer.concat(pieces))
  }
  return places
}

export function pngParts(file: Buffer): FilePart[] {
  const parts: FilePart[] = []
  let end = 0
  for (const chunk of pngChunks(file)) {
    parts.push({ kind: chunk.type, data: chunk.data })
    end = chunk.end
  }
  if (end < file.length) parts.push({ kind: 'after the end', data: file.subarray(end) })
  return parts
}
