import type { Metadata, OutputInfo, Sharp } from 'sharp'
import { SanggarError } from '../../contract/errors.ts'
import { broughtPixelLimit } from '../../contract/picture-limits.ts'
import type { RawMask, RawPicture } from '../../inference/protocol.ts'
import { loadSharp } from './load-sharp.ts'

const acceptedFormats = new Set(['png', 'jpeg', 'webp', 'avif', 'heif', 'tiff', 'gif'])

export async function encodePng(picture: RawPicture): Promise<Buffer> {
  const sharp = await loadSharp()
  const { width, height, rgb, alpha } = picture
  const opaque = sharp(rgb, { raw: { width, height, channels: 3 } })
  const whole =
    alpha === undefined
      ? opaque
      : opaque.joinChannel(Buffer.from(alpha), { raw: { width, height, channels: 1 } })
  return whole.png({ compressionLevel: 7 }).toBuffer()
}

export async function encodeThumbnail(png: Uint8Array, width: number): Promise<Buffer> {
  const sharp = await loadSharp()
  return sharp(png, { limitInputPixels: false })
    .resize({ width, height: width, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 82 })
    .toBuffer()
}

export async function encodePreview(picture: RawPicture): Promise<Buffer> {
  const sharp = await loadSharp()
  const { width, height } = picture
  return sharp(picture.rgb, { raw: { width, height, channels: 3 } })
    .webp({ quality: 80 })
    .toBuffer()
}

/** So many colours are left of the longer side: what the picture shows cannot be guessed from them. */
const veiledSide = 8

/** The picture as a soft wash of its colours, in the same shape. */
export async function veil(thumbnail: Uint8Array): Promise<Buffer> {
  const sharp = await loadSharp()
  const { data, info } = await sharp(thumbnail)
    .resize({ width: veiledSide, height: veiledSide, fit: 'inside' })
    .png()
    .toBuffer({ resolveWithObject: true })
  const side = 320 / Math.max(info.width, info.height)
  return sharp(data)
    .resize({
      width: Math.round(info.width * side),
      height: Math.round(info.height * side),
      fit: 'fill',
      kernel: 'cubic',
    })
    .webp({ quality: 60 })
    .toBuffer()
}

/** What hangs under the pointer while a picture is dragged out: a PNG of 128 pixels at most, veiled where it is covered. */
export async function dragIcon(thumbnail: Uint8Array, covered: boolean): Promise<Buffer> {
  const sharp = await loadSharp()
  return sharp(covered ? await veil(thumbnail) : thumbnail)
    .resize({ width: 128, height: 128, fit: 'inside' })
    .png()
    .toBuffer()
}

/**
 * A file that somebody brought, as plain upright sRGB pixels: EXIF orientation applied, ICC profile converted,
 * transparency on white, every tag (camera, place, owner) left behind. `name` is for the error only.
 *
 * @throws SanggarError picture-unreadable, or picture-too-large for more pixels than `limit`
 */
export async function readPicture(
  bytes: Uint8Array,
  name: string,
  limit: number = broughtPixelLimit,
): Promise<RawPicture> {
  const { data, info } = await rawOf(bytes, name, limit, (upright) =>
    upright.flatten({ background: '#ffffff' }).toColourspace('srgb').removeAlpha(),
  )
  const rgb = info.channels === 3 ? new Uint8Array(data) : grayToRgb(data)
  return { width: info.width, height: info.height, rgb }
}

/** A mask picture as one channel: white repaints, black and transparent keep. Throws as `readPicture` does. */
export async function readMask(
  bytes: Uint8Array,
  name: string,
  limit: number = broughtPixelLimit,
): Promise<RawMask> {
  const { data, info } = await rawOf(bytes, name, limit, (upright) =>
    upright.flatten({ background: '#000000' }).toColourspace('b-w').extractChannel(0),
  )
  return { width: info.width, height: info.height, gray: new Uint8Array(data) }
}

/** The samples of an upright picture, in 8 bits, after `converted`. */
async function rawOf(
  bytes: Uint8Array,
  name: string,
  limit: number,
  converted: (upright: Sharp) => Sharp,
): Promise<{ data: Buffer; info: OutputInfo }> {
  await checkPicture(bytes, name, limit)
  const sharp = await loadSharp()
  try {
    const upright = sharp(bytes, { limitInputPixels: limit, failOn: 'error' }).autoOrient()
    return await converted(upright).raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
  } catch (cause) {
    throw new SanggarError({ code: 'picture-unreadable', name }, { cause })
  }
}

/** From the header alone, before anything is decompressed. */
async function checkPicture(bytes: Uint8Array, name: string, limit: number): Promise<void> {
  const sharp = await loadSharp()
  let metadata: Metadata
  try {
    metadata = await sharp(bytes, { limitInputPixels: false }).metadata()
  } catch (cause) {
    throw new SanggarError({ code: 'picture-unreadable', name }, { cause })
  }
  const pixels = metadata.width * metadata.height
  if (!acceptedFormats.has(metadata.format) || !(pixels > 0)) {
    throw new SanggarError({ code: 'picture-unreadable', name })
  }
  if (pixels > limit) {
    throw new SanggarError({
      code: 'picture-too-large',
      megapixels: Math.round(pixels / 1e6),
      limit: limit / 1e6,
    })
  }
}

function grayToRgb(gray: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(gray.length * 3)
  for (let index = 0; index < gray.length; index++) rgb.fill(gray[index] as number, index * 3, index * 3 + 3)
  return rgb
}
