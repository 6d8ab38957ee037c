/**
 * The UserComment of an EXIF block (EXIF 2.32, section 4.6.5, tag 0x9286), where AUTOMATIC1111 and others put their
 * settings in JPEG and WebP. Undefined where there is none or where the block is not what it says.
 */
export function readUserComment(exif: Buffer): string | undefined {
  try {
    const start = exif.subarray(0, 6).toString('latin1') === 'Exif\0\0' ? 6 : 0
    const tiff = exif.subarray(start)
    const order = tiff.toString('latin1', 0, 2)
    if (order !== 'II' && order !== 'MM') return undefined
    const little = order === 'II'
    const short = (at: number) => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at))
    const long = (at: number) => (little ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at))
    const entryOf = (directory: number, tag: number): number | undefined => {
      const count = Math.min(short(directory), 512)
      for (let index = 0; index < count; index++) {
        const entry = directory + 2 + index * 12
        if (short(entry) === tag) return entry
      }
      return undefined
    }
    const pointer = entryOf(long(4), 0x8769)
    if (pointer === undefined) return undefined
    const comment = entryOf(long(pointer + 8), 0x9286)
    if (comment === undefined) return undefined
    const length = long(comment + 4)
    const at = length <= 4 ? comment + 8 : long(comment + 8)
    return decodeComment(tiff.subarray(at, at + length), little)
  } catch (error) {
    if (error instanceof RangeError) return undefined // offsets that leave the block
    throw error
  }
}

function decodeComment(bytes: Buffer, little: boolean): string {
  const code = bytes.toString('latin1', 0, 8)
  const body = bytes.subarray(8)
  if (!code.startsWith('UNICODE'))
    return (code.startsWith('ASCII') ? body : bytes).toString('utf8').replaceAll('\0', '')
  // The standard says the file's byte order; most programs write big-endian whatever it is.
  const zerosFirst = body[0] === 0
  const swapped = zerosFirst || (!little && body[1] !== 0)
  const even = body.subarray(0, body.length & ~1)
  return (swapped ? Buffer.from(even).swap16() : even).toString('utf16le').replaceAll('\0', '')
}
