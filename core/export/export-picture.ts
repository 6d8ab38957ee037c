import sharp from 'sharp'
import type { ExportRequest } from '../../contract/export.ts'
import type { Image } from '../../contract/image.ts'
import { metadataOf } from './picture-metadata.ts'
import { readText, withText } from './png-chunks.ts'

/** One picture as it will leave: encoded anew, so that it carries what was chosen and nothing else. */
export async function exportPicture(
  png: Buffer,
  image: Image,
  request: Pick<ExportRequest, 'format' | 'quality' | 'metadata'>,
  version: string,
): Promise<Buffer> {
  const { parameters, xmp } = metadataOf(image, request.metadata, version)
  if (request.format === 'png') {
    let file: Buffer = await sharp(png).png({ compressionLevel: 9 }).toBuffer()
    if (parameters !== undefined) file = withText(file, 'parameters', parameters)
    // The keyword is Adobe's (XMP specification part 3, section 1.1.5); libvips would compress the packet.
    if (xmp !== undefined) file = withText(file, 'XML:com.adobe.xmp', xmp)
    verifyPng(file, parameters, xmp)
    return file
  }
  let output = sharp(png)
  if (xmp !== undefined) output = output.withXmp(xmp)
  if (parameters !== undefined) output = output.withExif({ IFD2: { UserComment: parameters } })
  const { quality } = request
  return request.format === 'jpeg'
    ? output.jpeg({ quality, chromaSubsampling: '4:4:4' }).toBuffer()
    : output.webp({ quality }).toBuffer()
}

const pixelChunks = new Set(['IHDR', 'IDAT', 'IEND', 'PLTE', 'tRNS', 'pHYs', 'sRGB', 'gAMA', 'cHRM'])

/** What was promised is what is there; anything else is a bug that must not leave quietly. */
function verifyPng(file: Buffer, parameters: string | undefined, xmp: string | undefined): void {
  const { texts, types } = readText(file)
  const extra = types.filter((type) => !pixelChunks.has(type)).length
  const promised = (parameters === undefined ? 0 : 1) + (xmp === undefined ? 0 : 1)
  if (extra !== promised || texts.parameters !== parameters || texts['XML:com.adobe.xmp'] !== xmp) {
    throw new Error(`export would carry ${types.join(' ')}`)
  }
}
