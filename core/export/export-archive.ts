import { type PassThrough, Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import { inPieces } from './text-pieces.ts'

export type ArchiveEntry = {
  name: string
  /** pictures are compressed already and are stored */
  content: Buffer | Iterable<string>
  at: Date
}

/**
 * A ZIP as a stream, ZIP64 where it has to be. The next entry is asked for when the last one has gone into the
 * archive, so memory holds one picture whatever the number.
 */
export function archiveStream(entries: AsyncIterable<ArchiveEntry>): Readable {
  const archive = new ZipFile()
  const output = archive.outputStream as PassThrough
  archive.on('error', (error: Error) => output.destroy(error))
  const closed = new Promise<void>((resolve) => output.once('close', resolve))
  const fill = async () => {
    for await (const { name, content, at } of entries) {
      if (output.destroyed) return // somebody cancelled the download
      const { lend, gone } = lending(content)
      const stored = Buffer.isBuffer(content)
      const options = { compress: !stored, mtime: at, ...(stored ? { size: content.length } : {}) }
      archive.addReadStreamLazy(name, options, lend)
      await Promise.race([gone, closed])
      // A picture is one piece: the archive takes it whatever its reader still has to read. So wait for the reader.
      while (output.writableNeedDrain && !output.destroyed) {
        await Promise.race([new Promise((resolve) => output.once('drain', resolve)), closed])
      }
    }
    archive.end()
  }
  fill().catch((error: unknown) => output.destroy(error as Error))
  return output
}

/**
 * The archive remembers to its end how it got each of its entries. So what it remembers must not lead to the content
 * any more once that was given: a function of its own, which forgets.
 */
function lending(content: ArchiveEntry['content']) {
  let held: ArchiveEntry['content'] | undefined = content
  const { promise: gone, resolve, reject } = Promise.withResolvers<void>()
  const lend = (give: (error: Error | null, source: Readable) => void) => {
    const given = held ?? []
    held = undefined
    const source = Buffer.isBuffer(given)
      ? Readable.from([given], { objectMode: false })
      : Readable.from(inPieces(given), { objectMode: false })
    source.on('end', resolve).on('error', reject)
    give(null, source)
  }
  return { lend, gone }
}
