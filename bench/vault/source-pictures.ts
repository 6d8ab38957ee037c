import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { withText } from '../../core/export/png-chunks.ts'

/** Pictures to bring in, one in ten the same as another to the byte, each with settings to read; made once. */
export async function writeSourcePictures(folder: string, many: number, side: number): Promise<void> {
  if (existsSync(folder) && readdirSync(folder).length === many) return
  mkdirSync(folder, { recursive: true })
  const height = Math.round((side * 2) / 3)
  for (let index = 0; index < many; index++) {
    const unique = index % 10 === 9 ? index - 1 : index
    const rgb = Buffer.alloc(side * height * 3)
    for (let at = 0; at < rgb.length; at++) rgb[at] = (at * (unique + 3) + (at >> 5) * unique) & 255
    const png = await sharp(rgb, { raw: { width: side, height, channels: 3 } })
      .png({ compressionLevel: 1 })
      .toBuffer()
    const settings = `Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: ${unique}, Size: ${side}x${height}`
    writeFileSync(
      path.join(folder, `${index}.png`),
      withText(png, 'parameters', `boat ${unique}\n${settings}`),
    )
  }
}
