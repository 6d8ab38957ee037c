import sharp from 'sharp'
import type { Pixels } from '../inference/images/pixels.ts'

/** A PNG as RGB bytes, exactly as stored. */
export async function readPicture(path: string): Promise<Pixels> {
  const { data, info } = await sharp(path)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  if (channels !== 3) throw new Error(`${path} has ${channels} channels`)
  return { width, height, channels, data: new Uint8Array(data) }
}
