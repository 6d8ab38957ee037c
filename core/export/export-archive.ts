import { type PassThrough, Readable } from 'node:stream'
import { ZipFile } from 'yazl'

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
      const gone = new Promise<void>((resolve, reject) => {
        const stored = Buffer.isBuffer(content)
        const source = stored ? readOnce(content) : Readable.from(content, { objectMode: false })
        source.on('end', resolve).on('error', reject)
        archive.addReadStream(source, name, {
          compress: !stored,
          mtime: at,
          ...(stored ? { size: content.length } : {}),
        })
      })
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

/** The archive remembers each of its sources to the end, so a source must forget what it has given. */
function readOnce(bytes: Buffer): Readable {
  let held: Buffer | undefined = bytes
  return new Readable({
    read() {
      const given = held
      held = undefined
      this.push(given ?? null)
    },
  })
}
