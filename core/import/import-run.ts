import { createHash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { SanggarError } from '../../contract/errors.ts'
import type { Image } from '../../contract/image.ts'
import { broughtByteLimit } from '../../contract/picture-limits.ts'
import type { WorkResult } from '../../contract/work.ts'
import type { Connection } from '../database/open-database.ts'
import { statement } from '../database/statement.ts'
import { broughtBy } from '../export/brought.ts'
import type { Library } from '../library/library.ts'
import { readPicture } from '../library/picture-codec.ts'
import { readRegularFile } from '../regular-file.ts'
import type { WorkReport } from '../works/work-list.ts'
import { type GenerateRequest, generateRequestSchema } from '../../contract/generation.ts'
import { samplerIdOf } from '../../contract/sampler-names.ts'
import type { ImportedSettings } from './imported-settings.ts'
import { readPictureSettings } from './picture-settings.ts'

export type ImportPorts = { database: Connection; library: Library; onImage(image: Image): void }

const extensions = /\.(png|jpe?g|webp|avif|heic|tiff?|gif)$/i
const unreadableNamed = 100

/**
 * Files and folders (with all below them) as history with search and recall. What is in the library already is
 * found by its content; what cannot be read is named and does not stop the rest.
 */
export async function importPaths(
  ports: ImportPorts,
  paths: string[],
  report: WorkReport,
): Promise<WorkResult> {
  const files = await picturesIn(paths)
  const result: WorkResult = { written: 0, bytes: 0, duplicates: 0, unreadable: [], place: '' }
  for (const [index, file] of files.entries()) {
    report.progress(index, files.length)
    try {
      const { bytes, at } = await readBrought(file)
      const image = await importPicture(ports, bytes, path.basename(file), at)
      if (image === undefined) result.duplicates += 1
      else {
        result.written += 1
        result.bytes += image.bytes
      }
    } catch (error) {
      if (!isUnreadable(error)) throw error
      if (result.unreadable.length < unreadableNamed) result.unreadable.push(path.basename(file))
    }
  }
  report.progress(files.length, files.length)
  return result
}

/** One that may not be read, has gone meanwhile or is no file is an unreadable picture among others. */
async function readBrought(file: string): Promise<{ bytes: Buffer; at: number }> {
  try {
    return { bytes: await readRegularFile(file, broughtByteLimit), at: (await stat(file)).mtimeMs }
  } catch (cause) {
    throw new SanggarError({ code: 'picture-unreadable', name: path.basename(file) }, { cause })
  }
}

/** Undefined when the library has it already. `at`: when it was made, as far as the file says. */
export async function importPicture(
  { database, library, onImage }: ImportPorts,
  bytes: Buffer,
  name: string,
  at: number,
): Promise<Image | undefined> {
  const digest = createHash('sha256').update(bytes).digest('hex')
  const known = statement(database, 'SELECT 1 FROM images WHERE digest = ?').get(digest)
  if (known !== undefined) return undefined
  const picture = await readPicture(bytes, name)
  const settings = await readPictureSettings(bytes)
  const brought = await broughtBy(bytes)
  const history = historyOf(settings)
  const image = await library.keep(picture, {
    origin: 'imported',
    createdAt: Math.round(at),
    digest,
    ...(brought.length === 0 ? {} : { brought }),
    ignoredWords: [],
    ...history,
    // What has no words is known by its file's name, and found by it.
    ...(history.prompt === '' && { title: titleOf(name) }),
  })
  onImage(image)
  return image
}

/** The file's name without its ending and without what would steer a terminal or hide the order of letters. */
function titleOf(name: string): string {
  return path
    .parse(name)
    .name.replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '')
    .trim()
    .slice(0, 500)
}

/** What a file says of how it was made, as a picture keeps it. */
export function historyOf(settings: ImportedSettings | undefined) {
  const {
    program,
    prompt = '',
    negativePrompt = '',
    model = '',
    seed,
    steps,
    guidanceScale,
    scheduler,
    strength,
  } = settings ?? {}
  return {
    prompt,
    negativePrompt,
    model,
    ...(program === undefined ? {} : { program }),
    ...(seed === undefined ? {} : { seed }),
    ...(steps === undefined ? {} : { steps: Math.round(steps) }),
    ...(guidanceScale === undefined ? {} : { guidanceScale }),
    ...(scheduler === undefined ? {} : { scheduler }),
    ...(strength === undefined ? {} : { strength }),
    ...requestIn(settings),
  }
}

/** What has no column of its own is kept as the request that would ask for it; unusable values are left out. */
function requestIn(settings: ImportedSettings | undefined): { request?: GenerateRequest } {
  const { clipSkip, guidance, furtherPrompts, scheduler, program: _, ...rest } = settings ?? { program: '' }
  if ([clipSkip, guidance, furtherPrompts].every((value) => value === undefined)) return {}
  const request = generateRequestSchema.safeParse({
    kind: 'generate',
    ...rest,
    scheduler: samplerIdOf(scheduler ?? '') ?? 'auto',
    clipSkip,
    guidance,
    furtherPrompts,
  })
  return request.success ? { request: request.data } : {}
}

async function picturesIn(paths: string[]): Promise<string[]> {
  const files: string[] = []
  for (const target of paths) {
    const found = await stat(target).catch((cause: unknown) => {
      throw new SanggarError({ code: 'path-not-found', path: target }, { cause })
    })
    if (!found.isDirectory()) files.push(target)
    else {
      const below = await readdir(target, { recursive: true, withFileTypes: true })
      const pictures = below.filter((entry) => entry.isFile() && extensions.test(entry.name))
      files.push(...pictures.map((entry) => path.join(entry.parentPath, entry.name)).sort())
    }
  }
  return files
}

function isUnreadable(error: unknown): boolean {
  return (
    error instanceof SanggarError &&
    (error.failure.code === 'picture-unreadable' || error.failure.code === 'picture-too-large')
  )
}
