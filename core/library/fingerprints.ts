import { createHash } from 'node:crypto'
import type { RawPicture } from '../../inference/protocol.ts'
import type { Connection } from '../database/open-database.ts'
import { statement } from '../database/statement.ts'
import { loadSharp } from './load-sharp.ts'

/**
 * [Note: Fingerprints]
 *
 * `pixels` is the SHA-256 of size and pixels: equal means equal. `look` is the difference hash of N. Krawetz ("Kind of
 * Like That", 2013): the picture in 9 x 8 greys, one bit for each neighbour that is brighter, 64 bits. Pictures whose
 * hashes differ in few bits usually look alike; a plain sky can look like another plain sky.
 */
export type Fingerprint = { pixels: Buffer; look: Buffer }

const [columns, rows] = [9, 8]

export async function fingerprintOf(picture: RawPicture): Promise<Fingerprint> {
  const sharp = await loadSharp()
  const { width, height, rgb } = picture
  const size = Buffer.alloc(8)
  size.writeUInt32LE(width, 0)
  size.writeUInt32LE(height, 4)
  const pixels = createHash('sha256').update(size).update(rgb).digest()
  const grey = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .greyscale()
    .resize(columns, rows, { fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer()
  const look = Buffer.alloc(8)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns - 1; column++) {
      const at = row * columns + column
      if ((grey[at + 1] as number) > (grey[at] as number)) look[row] = (look[row] as number) | (1 << column)
    }
  }
  return { pixels, look }
}

export function keepFingerprint(database: Connection, id: string, { pixels, look }: Fingerprint): void {
  statement(database, 'INSERT OR REPLACE INTO fingerprints SELECT number, ?, ? FROM images WHERE id = ?').run(
    pixels,
    look,
    id,
  )
}
