import { gunzipSync } from 'node:zlib'
import { loadSharp } from '../library/load-sharp.ts'

/**
 * Words in the lowest bits of the alpha channel, column by column, as NovelAI and others write them so that they
 * outlive a program that drops text chunks: a signature of 15 letters, the length in bits (32 bits, high first), then
 * the text, gzipped where the signature says so.
 */
const signatures: Readonly<Record<string, 'plain' | 'gzip'>> = {
  stealth_pnginfo: 'plain',
  stealth_pngcomp: 'gzip',
}
const signatureBytes = 15
const textLimit = 8 * 1024 * 1024

/** Undefined where there is none; whatever stands there is not trusted. */
export async function readStealthText(file: Buffer): Promise<string | undefined> {
  const sharp = await loadSharp()
  const { hasAlpha, format } = await sharp(file, { limitInputPixels: false }).metadata()
  // Formats that lose bits cannot carry any.
  if (!hasAlpha || (format !== 'png' && format !== 'webp')) return undefined
  const { data, info } = await sharp(file, { limitInputPixels: false })
    .extractChannel(3)
    .raw()
    .toBuffer({ resolveWithObject: true })
  const read = byteReader(data, info.width, info.height)
  const packing = signatures[read(0, signatureBytes)?.toString('latin1') ?? '']
  if (packing === undefined) return undefined
  const bits = read(signatureBytes, 4)?.readUInt32BE(0) ?? 0
  const length = Math.floor(bits / 8)
  if (length === 0 || length > textLimit) return undefined
  const body = read(signatureBytes + 4, length)
  if (body === undefined) return undefined
  try {
    return (packing === 'gzip' ? gunzipSync(body, { maxOutputLength: textLimit }) : body).toString('utf8')
  } catch {
    return undefined // cut off, or a picture that only begins alike
  }
}

/** Bytes out of single bits: pixel n is column n / height, row n % height. */
function byteReader(alpha: Buffer, width: number, height: number) {
  return (start: number, count: number): Buffer | undefined => {
    if ((start + count) * 8 > width * height) return undefined
    const bytes = Buffer.alloc(count)
    for (let bit = 0; bit < count * 8; bit++) {
      const pixel = start * 8 + bit
      const value = (alpha[(pixel % height) * width + Math.floor(pixel / height)] as number) & 1
      bytes[bit >> 3] = (bytes[bit >> 3] as number) | (value << (7 - (bit & 7)))
    }
    return bytes
  }
}
