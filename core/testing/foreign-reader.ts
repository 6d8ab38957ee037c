import { execFileSync, spawnSync } from 'node:child_process'

/**
 * exiftool, which knows more formats and fields than anybody and none of our code: the independent reader of what an
 * export carries. `npm test` gets it where it can (scripts/exiftool.mjs); tests that need it are skipped, visibly,
 * where it is not.
 */
export const foreignReader = spawnSync('exiftool', ['-ver']).status === 0

const fileItself = /^(SourceFile|ExifTool|System|File|Composite|RIFF|QuickTime|Meta|PNG-pHYs|IFD0):?/
const pixels =
  /^(PNG:(ImageWidth|ImageHeight|BitDepth|ColorType|Compression|Filter|Interlace)|ExifIFD:(?!UserComment)|XMP-x:XMPToolkit)/

/** What it finds besides pixels and file system, by group and name; {} where it is not installed. */
export function foreignReaderFinds(file: string): Record<string, unknown> {
  return foreignReader ? besidesPixels(everythingFound(file)[0] ?? {}) : {}
}

export function besidesPixels(found: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(found).filter(([key]) => !fileItself.test(key) && !pixels.test(key)),
  )
}

/** Everything of a file, or of each file of a folder: it takes longer to start than to read a hundred pictures. */
export function everythingFound(target: string): Record<string, unknown>[] {
  const text = execFileSync('exiftool', ['-json', '-a', '-G1', '-struct', '-q', target], { encoding: 'utf8' })
  return JSON.parse(text) as Record<string, unknown>[]
}
