import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { SanggarError } from '../contract/errors.ts'
import type { ExportMetadata } from '../contract/export.ts'
import type { Image } from '../contract/image.ts'
import type { StudioSession } from './studio-session.ts'

/** A number where JavaScript can hold it exactly, else its digits: torch's seeds go up to 2^64-1. */
export function seedValue(seed: string | undefined): number | string | null {
  if (seed === undefined) return null
  return Number.isSafeInteger(Number(seed)) ? Number(seed) : seed
}

/** What `--json` prints of each picture. */
export function pictureRecord(image: Image, file: string | null) {
  return {
    id: image.id,
    file,
    width: image.width,
    height: image.height,
    seed: seedValue(image.seed),
    model: image.model,
    steps: image.steps ?? null,
    milliseconds: image.milliseconds === undefined ? null : Math.round(image.milliseconds),
  }
}

const formats: Readonly<Record<string, 'png' | 'jpeg' | 'webp'>> = {
  '.png': 'png',
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
  '.webp': 'webp',
}

/** "boat.png" for the first of one, "boat-2.png" for the second of several; a folder gets names that sort. */
export function outputFile(
  out: string,
  toFolder: boolean,
  image: Image,
  index: number,
  count: number,
): string {
  if (toFolder) {
    const day = new Date(image.createdAt).toISOString().slice(0, 10)
    return path.join(out, `${[day, image.seed, image.id].filter((part) => part !== undefined).join('-')}.png`)
  }
  if (count === 1) return out
  const { dir, name, ext } = path.parse(out)
  return path.join(dir, `${name}-${index + 1}${ext}`)
}

/** A folder is what is one already, or what ends in a slash or has no extension of a picture. */
export async function isFolder(out: string): Promise<boolean> {
  const found = await stat(out).catch(() => undefined)
  if (found !== undefined) return found.isDirectory()
  return /[\\/]$/.test(out) || formats[path.extname(out).toLowerCase()] === undefined
}

/** Writes one picture of the library: the whole file under its name, or nothing. */
export async function writePicture(
  session: StudioSession,
  image: Image,
  file: string,
  metadata: ExportMetadata,
): Promise<void> {
  const format = formats[path.extname(file).toLowerCase()] ?? 'png'
  const { url } = await session.call('export.ticket', { images: [image.id], format, metadata })
  const bytes = new Uint8Array(await (await session.fetch(url)).arrayBuffer())
  const partial = path.join(path.dirname(file), `.${path.basename(file)}.${image.id}.partial`)
  try {
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(partial, bytes)
    await rename(partial, file)
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => undefined)
    const { code } = cause as NodeJS.ErrnoException
    throw new SanggarError(
      { code: code === 'ENOSPC' ? 'disk-full' : 'path-not-writable', path: file },
      { cause },
    )
  }
}
