/** Entries of a POSIX ustar archive (IEEE Std 1003.1, pax, "ustar Interchange Format"): plain files, short names. */
const blockBytes = 512

export function tarHeader(name: string, size: number, at: Date): Buffer {
  const header = Buffer.alloc(blockBytes)
  if (Buffer.byteLength(name) > 99) throw new Error(`name too long for ustar: ${name}`)
  const octal = (value: number, offset: number, length: number) =>
    header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, offset, 'latin1')
  header.write(name, 0, 'utf8')
  octal(0o600, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(size, 124, 12)
  octal(Math.floor(at.getTime() / 1000), 136, 12)
  header.write('        ', 148, 'latin1')
  header.write('0', 156, 'latin1')
  header.write('ustar\u000000', 257, 'latin1')
  octal(checksum(header), 148, 7)
  return header
}

function checksum(header: Buffer): number {
  return header.reduce((sum, byte) => sum + byte, 0)
}

export function tarPadding(size: number): Buffer {
  return Buffer.alloc((blockBytes - (size % blockBytes)) % blockBytes)
}

/** Two empty blocks end an archive. */
export const tarEnd = Buffer.alloc(2 * blockBytes)

export type TarEntry = { name: string; data: Buffer }

/** Entry after entry, each whole in memory. Throws an Error that says what is wrong with the archive. */
export async function* readTar(source: AsyncIterable<Buffer>, entryLimit: number): AsyncGenerator<TarEntry> {
  const input = byteReader(source)
  try {
    for (;;) {
      const header = await input.take(blockBytes)
      if (header.every((byte) => byte === 0)) break
      const stated = Number.parseInt(header.toString('latin1', 148, 155), 8)
      const blank = Buffer.from(header)
      blank.write('        ', 148, 'latin1')
      if (header.toString('latin1', 257, 262) !== 'ustar' || checksum(blank) !== stated) {
        throw new Error('archive entry expected')
      }
      const size = Number.parseInt(header.toString('latin1', 124, 135), 8)
      if (!(size <= entryLimit)) throw new Error('archive entry too large')
      const name = header.toString('utf8', 0, header.indexOf(0))
      const data = await input.take(size)
      await input.take(tarPadding(size).length)
      yield { name, data }
    }
    await input.drain()
  } finally {
    // Whatever is wrong with the archive, and when nobody wants the rest: the file behind it must be closed.
    await input.end()
  }
}

/** Exact stretches of a stream of buffers of any size. */
function byteReader(source: AsyncIterable<Buffer>) {
  const iterator = source[Symbol.asyncIterator]()
  let held: Buffer[] = []
  let length = 0
  return {
    async take(count: number): Promise<Buffer> {
      while (length < count) {
        const { value, done } = await iterator.next()
        if (done === true) throw new Error('archive cut off')
        held.push(value)
        length += value.length
      }
      const all = held.length === 1 ? (held[0] as Buffer) : Buffer.concat(held)
      held = [all.subarray(count)]
      length -= count
      return all.subarray(0, count)
    },
    /** To the end: the last chunk must be authentic too. */
    async drain(): Promise<void> {
      while ((await iterator.next()).done !== true);
    },
    async end(): Promise<void> {
      await iterator.return?.()
    },
  }
}
