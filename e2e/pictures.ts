import { readFileSync } from 'node:fs'
import sharp from 'sharp'

export type Pixels = { width: number; height: number; data: Buffer }

/** 8-bit RGB of a picture file. */
export async function pixelsOf(file: string): Promise<Pixels> {
  const { data, info } = await sharp(readFileSync(file))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, data }
}

/** Spread of values: a black or constant picture has none. */
export function deviation({ data }: Pixels): number {
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length
  return Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length)
}

/** Keywords and texts of a PNG's text chunks (PNG specification, 11.3.3). */
export function textChunks(file: string): string[] {
  const bytes = readFileSync(file)
  const found: string[] = []
  for (let offset = 8; offset + 8 <= bytes.length;) {
    const length = bytes.readUInt32BE(offset)
    const type = bytes.toString('latin1', offset + 4, offset + 8)
    if (['tEXt', 'iTXt', 'zTXt', 'eXIf'].includes(type)) {
      found.push(bytes.toString('utf8', offset + 8, offset + 8 + length))
    }
    offset += 12 + length
  }
  return found
}

/** A picture to bring in: a red disc on a blue ground, so that a wrong channel order would show. */
export async function writeDisc(file: string, width = 320, height = 240): Promise<void> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="100%" height="100%" fill="#2040c0"/>
    <circle cx="${width / 2}" cy="${height / 2}" r="${height / 3}" fill="#e02020"/></svg>`
  await sharp(Buffer.from(svg)).png().toFile(file)
}

/** A photo that wants restoring: a scene with grain, the same each time. */
export async function writeGrainy(file: string, width = 900, height = 600, grain = 22): Promise<void> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="#0a2a6c"/><stop offset="1" stop-color="#f6c27a"/></linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#sky)"/>
    <circle cx="${width * 0.72}" cy="${height * 0.4}" r="${height / 8}" fill="#fff3c4"/>
    <path d="M0 ${height * 0.8}L${width * 0.3} ${height * 0.45}L${width * 0.55} ${height * 0.8}Z" fill="#101820"/>
    <rect y="${height * 0.78}" width="100%" height="${height * 0.22}" fill="#2d5a3a"/></svg>`
  const data = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer()
  let state = 1
  const next = () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648
  // The sum of four is nearly normal.
  const grainy = data.map((value) =>
    Math.min(255, Math.max(0, value + grain * 1.7 * (next() + next() + next() + next() - 2))),
  )
  await sharp(grainy, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(file)
}
