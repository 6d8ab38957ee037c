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

/** The PNG with one uncompressed iTXt chunk (UTF-8 text under `keyword`) after its header. */
export function withText(png: Buffer, keyword: string, text: string): Buffer {
  const header = pngChunks(png).next().value
  if (header === undefined) throw new Error('PNG without header')
  // tEXt is what every reader knows, but it is Latin-1; iTXt is for everything else.
  const latin = !/[\u0100-\uffff]/.test(text)
  const body = latin
    ? Buffer.concat([Buffer.from(`${keyword}\0`, 'latin1'), Buffer.from(text, 'latin1')])
    : Buffer.concat([Buffer.from(`${keyword}\0\0\0\0\0`, 'latin1'), Buffer.from(text, 'utf8')])
  const chunk = pngChunk(latin ? 'tEXt' : 'iTXt', body)
  return Buffer.concat([png.subarray(0, header.end), chunk, png.subarray(header.end)])
}

function pngChunk(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + data.length)
  chunk.writeUInt32BE(data.length, 0)
  chunk.write(type, 4, 'latin1')
  data.copy(chunk, 8)
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length)
  return chunk
}

/** Text chunks by keyword, and the types of all chunks: what a file really carries. */
export function readText(png: Buffer): { texts: Record<string, string>; types: string[] } {
  const texts: Record<string, string> = {}
  const types: string[] = []
  for (const { type, data } of pngChunks(png)) {
    types.push(type)
    const keywordEnd = data.indexOf(0)
    if (keywordEnd < 0) continue
    const keyword = data.toString('latin1', 0, keywordEnd)
    if (type === 'tEXt') texts[keyword] = data.toString('latin1', keywordEnd + 1)
    if (type === 'iTXt') {
      const languageEnd = data.indexOf(0, keywordEnd + 3)
      const translatedEnd = data.indexOf(0, languageEnd + 1)
      texts[keyword] = data.toString('utf8', translatedEnd + 1)
    }
  }
  return { texts, types }
}
