import type { Carried, PictureForm } from '../../contract/export.ts'
import { pngTexts } from '../import/picture-settings.ts'
import { exifTags, technicalTags } from './exif-tags.ts'
import { type FilePart, avifParts, jpegParts, pngParts, webpParts } from './file-parts.ts'
import { xmpProperties } from './xmp.ts'

const readers: Record<PictureForm['format'], (file: Buffer) => FilePart[]> = {
  png: pngParts,
  jpeg: jpegParts,
  webp: webpParts,
  avif: avifParts,
}

/** Parts that hold nothing but the coded pixels and how to read them. */
const pixelParts: Record<PictureForm['format'], ReadonlySet<string>> = {
  png: new Set(['IHDR', 'IDAT', 'IEND', 'PLTE', 'tRNS', 'sRGB', 'gAMA', 'cHRM', 'cICP', 'sBIT']),
  jpeg: new Set(['picture']),
  webp: new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH']),
  avif: new Set([
    'ftyp',
    'mdat',
    'item av01',
    'property av1C',
    'property ispe',
    'property pixi',
    'property colr nclx',
    'property auxC',
  ]),
}

const xmpMarker = 'http://ns.adobe.com/xap/1.0/\0'

/** Everything that a finished file carries besides its pixels: read from its bytes, whoever wrote them. */
export function readCarried(file: Buffer, format: PictureForm['format']): Carried[] {
  const texts = format === 'png' ? pngTexts(file) : {}
  return readers[format](file).flatMap((part) =>
    pixelParts[format].has(part.kind) ? [] : carriedBy(part, format, texts),
  )
}

function carriedBy(
  { kind, data }: FilePart,
  format: PictureForm['format'],
  texts: Record<string, string>,
): Carried[] {
  const label = { png: 'PNG', jpeg: 'JPEG', webp: 'WebP', avif: 'AVIF' }[format]
  const technical = (name: string): Carried[] => [
    { place: label, name, value: `${data.length} bytes`, technical: true },
  ]
  if (kind === 'pHYs' || kind === 'item auxl') return technical(kind)
  if (kind === 'tEXt' || kind === 'iTXt' || kind === 'zTXt') {
    const keyword = data.toString('latin1', 0, Math.max(0, data.indexOf(0)))
    const text = texts[keyword] ?? ''
    if (keyword === 'XML:com.adobe.xmp') return ofXmp(text)
    return [{ place: `PNG ${kind}`, name: keyword, value: text, technical: false }]
  }
  if (kind === 'APP0' && data.toString('latin1', 0, 4) === 'JFIF') return technical('JFIF')
  if (kind === 'APP14' && data.toString('latin1', 0, 5) === 'Adobe') return technical('Adobe')
  if (kind === 'APP1' && data.toString('latin1', 0, xmpMarker.length) === xmpMarker) {
    return ofXmp(data.toString('utf8', xmpMarker.length))
  }
  if (kind === 'APP1' || kind === 'EXIF' || kind === 'eXIf') return ofExif(data)
  if (kind === 'XMP ' || kind === 'item mime') return ofXmp(data.toString('utf8'))
  // Four bytes say where the block begins (HEIF, ISO/IEC 23008-12, A.2.1).
  if (kind === 'item Exif') return ofExif(data.subarray(4 + data.readUInt32BE(0)))
  return [{ place: label, name: kind, value: `${data.length} bytes`, technical: false }]
}

function ofExif(block: Buffer): Carried[] {
  return exifTags(block).map(({ directory, name, value }) => ({
    place: directory === 'GPS' ? 'EXIF GPS' : 'EXIF',
    name,
    value,
    technical: directory !== 'GPS' && technicalTags.has(name),
  }))
}

function ofXmp(packet: string): Carried[] {
  return xmpProperties(packet).map(({ name, value }) => ({ place: 'XMP', name, value, technical: false }))
}
