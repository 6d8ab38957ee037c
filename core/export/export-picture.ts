import { SanggarError } from '../../contract/errors.ts'
import type { Carried, PictureForm } from '../../contract/export.ts'
import type { Image } from '../../contract/image.ts'
import { loadSharp } from '../library/load-sharp.ts'
import { readCarried } from './carried.ts'
import { userCommentBlock } from './exif-tags.ts'
import { type EmbeddedMetadata, metadataOf } from './picture-metadata.ts'
import { withChunk, withText } from './png-chunks.ts'
import { xmpProperties } from './xmp.ts'

export type ExportedPicture = { bytes: Buffer; width: number; height: number; carries: Carried[] }

/**
 * One picture as it will leave: encoded anew, so that it carries what was chosen and nothing else, and read back,
 * so that what was promised is what is there. `form.format` PNG and WebP at quality 100 keep every pixel.
 */
export async function exportPicture(
  png: Buffer,
  image: Image,
  form: PictureForm,
  version: string,
): Promise<ExportedPicture> {
  const promised = metadataOf(image, form, version)
  const { data, info } = await encode(png, form, promised)
  const bytes = form.format === 'png' ? withPngTexts(data, promised) : data
  const carries = readCarried(bytes, form.format)
  verify(carries, promised)
  return { bytes, width: info.width, height: info.height, carries }
}

async function encode(
  png: Buffer,
  { format, quality, longestSide }: PictureForm,
  promised: EmbeddedMetadata,
) {
  const sharp = await loadSharp()
  const { parameters, xmp } = promised
  const commented = format !== 'png' && parameters !== undefined
  // [Note: UserComment] libvips flattens a UserComment that it is told to ASCII; one that comes in is passed on as
  // it is. So the words travel in the source.
  const source = commented ? withChunk(png, 'eXIf', commentBlock(parameters)) : png
  let output = sharp(source, { limitInputPixels: false })
  if (commented) output = output.keepExif()
  if (format !== 'png' && xmp !== undefined) output = output.withXmp(xmp)
  if (longestSide !== undefined) {
    output = output.resize({
      width: longestSide,
      height: longestSide,
      fit: 'inside',
      withoutEnlargement: true,
    })
  }
  switch (format) {
    case 'png':
      output = output.png({ compressionLevel: 9 })
      break
    case 'jpeg':
      output = output.jpeg({ quality, chromaSubsampling: '4:4:4' })
      break
    case 'webp':
      output = output.webp(quality === 100 ? { lossless: true } : { quality })
      break
    case 'avif':
      output = output.avif({ quality, chromaSubsampling: '4:4:4' })
      break
  }
  return output.toBuffer({ resolveWithObject: true })
}

/** libexif drops blocks beyond 64 KiB, and a JPEG's segments end there; what libvips adds fits into the rest. */
const commentLimit = 65_000

/** Prompts of tens of thousands of letters fit as ASCII or not at all: then PNG is the format for them. */
function commentBlock(parameters: string): Buffer {
  const block = userCommentBlock(parameters)
  if (block.length <= commentLimit) return block
  const plain = /[\u0080-\uffff]/.test(parameters) ? block : userCommentBlock(parameters, 'ASCII')
  if (plain.length <= commentLimit) return plain
  throw new SanggarError({ code: 'invalid-request', path: 'format', problem: 'settings too long, use PNG' })
}

function withPngTexts(png: Buffer, { parameters, xmp }: EmbeddedMetadata): Buffer {
  let file = png
  if (parameters !== undefined) file = withText(file, 'parameters', parameters)
  // The keyword is Adobe's (XMP specification part 3, section 1.1.5); libvips would compress the packet.
  if (xmp !== undefined) file = withText(file, 'XML:com.adobe.xmp', xmp)
  return file
}

/** What was promised is what is there; anything else is a bug that must not leave quietly. */
function verify(carries: Carried[], { parameters, xmp }: EmbeddedMetadata): void {
  const expected = [
    ...(parameters === undefined ? [] : [parameters]),
    ...(xmp === undefined ? [] : xmpProperties(xmp).map(({ name, value }) => `${name} ${value}`)),
  ]
  const found = carries
    .filter(({ technical }) => !technical)
    .map(({ place, name, value }) =>
      place === 'XMP' ? `${name} ${value}` : name === 'parameters' || name === 'UserComment' ? value : name,
    )
  const same = (left: string[], right: string[]) =>
    JSON.stringify([...left].sort()) === JSON.stringify([...right].sort())
  if (!same(expected, found)) throw new Error(`export would carry ${JSON.stringify(carries)}`)
}
