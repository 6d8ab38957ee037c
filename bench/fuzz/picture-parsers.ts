import sharp from 'sharp'
import { broughtBy } from '../../core/export/brought.ts'
import { readPictureSettings } from '../../core/import/picture-settings.ts'
import { readMask, readPicture } from '../../core/library/picture-codec.ts'
import type { OpenParser } from './parser.ts'

async function images(): Promise<Uint8Array[]> {
  const noise = Buffer.from(Array.from({ length: 24 * 16 * 3 }, (_, i) => (i * 7919) % 256))
  const picture = () => sharp(noise, { raw: { width: 24, height: 16, channels: 3 } })
  const exif = { IFD0: { ImageDescription: 'a boat', Software: 'x' } }
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="5" height="5"/></svg>'
  return Promise.all([
    picture().withExif(exif).png().toBuffer(),
    picture().withExif(exif).jpeg().toBuffer(),
    picture().withExif(exif).webp().toBuffer(),
    picture().avif({ effort: 0 }).toBuffer(),
    picture().tiff().toBuffer(),
    picture().gif().toBuffer(),
    Promise.resolve(Buffer.from(svg)),
  ])
}

/** PNGs with the texts that other programs write. */
async function pngsWithTexts(): Promise<Uint8Array[]> {
  const plain = await sharp({ create: { width: 4, height: 4, channels: 3, background: '#777' } })
    .png()
    .toBuffer()
  const chunk = (keyword: string, text: string) => {
    const body = Buffer.from(`tEXt${keyword}\0${text}`, 'latin1')
    const length = Buffer.alloc(4)
    length.writeUInt32BE(body.length - 4)
    return Buffer.concat([length, body, Buffer.alloc(4)])
  }
  const after = 33
  const withText = (keyword: string, text: string) =>
    Buffer.concat([plain.subarray(0, after), chunk(keyword, text), plain.subarray(after)])
  return [
    withText(
      'parameters',
      'a boat\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 5',
    ),
    withText(
      'prompt',
      JSON.stringify({ 3: { class_type: 'KSampler', inputs: { seed: 5, steps: 20, positive: ['6', 0] } } }),
    ),
    withText('invokeai_metadata', JSON.stringify({ positive_prompt: 'a', seed: 1, steps: 5 })),
    withText('sd-metadata', JSON.stringify({ image: { prompt: 'x', seed: 1 } })),
  ]
}

export const pictureParsers: Record<string, OpenParser> = {
  'image formats': async () => ({
    corpus: await images(),
    parse: async (bytes) => {
      await readPicture(bytes, 'x')
    },
  }),
  'mask images': async () => ({ corpus: await images(), parse: (bytes) => readMask(bytes, 'x') }),
  'image metadata': async () => ({
    corpus: [...(await pngsWithTexts()), ...(await images())],
    parse: async (bytes) => [await readPictureSettings(bytes), await broughtBy(bytes)],
  }),
}
