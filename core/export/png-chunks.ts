import { crc32 } from 'node:zlib'

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/** A PNG's chunks in file order (PNG specification, third edition, section 5). */
export function* pngChunks(
  png: Buffer,
): Generator<{ type: string; data: Buffer; start: number; end: number }> {
  if (!png.subarray(0, 8).equals(signature)) throw new Error('not a PNG')
  for (let start = 8; start + 12 <= png.length;) {
    const length = png.readUInt32BE(start)
    const end = start + 12 + length
    if (end > png.length) throw new Error('PNG cut off')
    yield {
      type: png.toString('latin1', start + 4, start + 8),
      data: png.subarray(start + 8, end - 4),
      start,
      end,
    }
    start = end
  }
}

/** The PNG with one more chunk after its header. */
export function withChunk(png: Buffer, type: string, data: Buffer): Buffer {
  const header = pngChunks(png).next().value
  if (header === undefined) throw new Error('PNG without header')
  return Buffer.concat([png.subarray(0, header.end), pngChunk(type, data), png.subarray(header.end)])
}

/** The PNG with one uncompressed text chunk under `keyword`. */
export function withText(png: Buffer, keyword: string, text: string): Buffer {
  // tEXt is what every reader knows, but it is Latin-1, and readers disagree about its upper half; iTXt is UTF-8.
  return /[\u0080-\uffff]/.test(text)
    ? withChunk(
        png,
        'iTXt',
        Buffer.concat([Buffer.from(`${keyword}\0\0\0\0\0`, 'latin1'), Buffer.from(text)]),
      )
    : withChunk(png, 'tEXt', Buffer.from(`${keyword}\0${text}`, 'latin1'))
}

function pngChunk(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + data.length)
  chunk.writeUInt32BE(data.length, 0)
  chunk.write(type, 4, 'latin1')
  data.copy(chunk, 8)
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length)
  return chunk
}
