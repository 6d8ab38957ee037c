import { inflateSync } from 'node:zlib'
import { exifTags } from '../export/exif-tags.ts'
import { pngChunks } from '../export/png-chunks.ts'
import { loadSharp } from '../library/load-sharp.ts'
import { parseComfyGraph } from './comfy-graph.ts'
import { parseComfyWorkflow } from './comfy-workflow.ts'
import { readUserComment } from './exif-comment.ts'
import type { ImportedSettings } from './imported-settings.ts'
import {
  parseDrawThings,
  parseFooocus,
  parseFooocusText,
  parseInvoke,
  parseInvokeGraph,
  parseNovelAi,
  parseNovelAiText,
  parseStabilityMatrix,
} from './other-programs.ts'
import { parseParameters } from './parameters-text.ts'
import { readStealthText } from './stealth-text.ts'

/** Workflows run to a few hundred kilobytes; more is not read. */
const textLimit = 8 * 1024 * 1024

/**
 * How a picture says it was made, whichever program wrote it (needs.md, section 5, "Image metadata to read").
 * Never trusted: sizes are capped, anything unreadable is as if it were not there.
 */
export async function readPictureSettings(bytes: Buffer): Promise<ImportedSettings | undefined> {
  if (bytes.length === 0) return undefined
  const texts = bytes.subarray(1, 4).toString('latin1') === 'PNG' ? pngTexts(bytes) : {}
  const fromPng = settingsOfTexts(texts)
  if (fromPng !== undefined) return fromPng
  const sharp = await loadSharp()
  const { exif, xmp, comments } = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => ({ exif: undefined, xmp: undefined, comments: undefined }))
  return (
    settingsOfExif(exif) ??
    (xmp === undefined ? undefined : settingsOfXmp(xmp.toString('utf8'))) ??
    firstOf(comments?.map(({ text }) => text) ?? [], settingsOfText) ??
    firstOf([gifComment(bytes)], settingsOfText) ??
    firstOf([await readStealthText(bytes).catch(() => undefined)], settingsOfText)
  )
}

function firstOf(
  texts: (string | undefined)[],
  parse: (text: string) => ImportedSettings | undefined,
): ImportedSettings | undefined {
  for (const text of texts) {
    const settings = text === undefined ? undefined : parse(text)
    if (settings !== undefined) return settings
  }
  return undefined
}

/** UserComment, where most put it; ComfyUI's WebP says "prompt:{…}" and "workflow:{…}" as make and model. */
function settingsOfExif(exif: Buffer | undefined): ImportedSettings | undefined {
  if (exif === undefined) return undefined
  const words = exifTags(exif)
    .filter(({ name }) => name === 'Make' || name === 'Model' || name === 'ImageDescription')
    .map(({ value }) => value)
  return firstOf([readUserComment(exif), ...words], settingsOfText)
}

/** One text without a keyword: its own beginning says whose it is. */
function settingsOfText(text: string): ImportedSettings | undefined {
  if (/^(prompt|workflow):/i.test(text)) return parseComfyGraph(text.slice(text.indexOf(':') + 1))
  if (!text.trimStart().startsWith('{')) return parseParameters(text)
  return parseNovelAiText(text) ?? parseComfyGraph(text) ?? parseFooocusText(text)
}

/** The comment extension of a GIF (GIF89a, section 24), found by its introducer; sharp does not read it. */
function gifComment(bytes: Buffer): string | undefined {
  if (bytes.toString('latin1', 0, 3) !== 'GIF') return undefined
  const at = bytes.indexOf(Buffer.from([0x21, 0xfe]))
  if (at < 0) return undefined
  const parts: Buffer[] = []
  for (let block = at + 2; block < bytes.length;) {
    const length = bytes[block] ?? 0
    if (length === 0) break
    parts.push(bytes.subarray(block + 1, block + 1 + length))
    block += 1 + length
  }
  return Buffer.concat(parts).toString('utf8')
}

function settingsOfTexts(texts: Record<string, string>): ImportedSettings | undefined {
  const { parameters, prompt, Comment: comment, Description: description } = texts
  const invoke = texts['invokeai_metadata'] ?? texts['sd-metadata']
  const matrix = texts['parameters-json']
  return (
    (invoke === undefined ? undefined : parseInvoke(invoke)) ??
    (texts['invokeai_graph'] === undefined ? undefined : parseInvokeGraph(texts['invokeai_graph'])) ??
    (matrix === undefined ? undefined : parseStabilityMatrix(matrix)) ??
    (texts['fooocus_scheme'] === 'fooocus' && parameters !== undefined
      ? parseFooocus(parameters)
      : undefined) ??
    (parameters === undefined ? undefined : parseParameters(parameters)) ??
    (prompt === undefined ? undefined : parseComfyGraph(prompt)) ??
    (texts['workflow'] === undefined ? undefined : parseComfyWorkflow(texts['workflow'])) ??
    (comment === undefined ? undefined : parseNovelAi(comment, { description, source: texts['Source'] }))
  )
}

function settingsOfXmp(xmp: string): ImportedSettings | undefined {
  const match = /<exif:UserComment>[\s\S]*?<rdf:li[^>]*>([\s\S]*?)<\/rdf:li>/.exec(xmp)
  const json = match?.[1]
    ?.replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
  return json === undefined ? undefined : parseDrawThings(json)
}

/** tEXt, zTXt and iTXt by keyword (PNG specification, section 11.3.3). */
export function pngTexts(png: Buffer): Record<string, string> {
  const texts: Record<string, string> = {}
  try {
    for (const { type, data } of pngChunks(png)) {
      if (data.length > textLimit) continue
      const end = data.indexOf(0)
      if (end < 1) continue
      const keyword = data.toString('latin1', 0, end)
      const text = textOf(type, data, end)
      if (text !== undefined) texts[keyword] ??= text
    }
  } catch {
    // A file that is cut off: what stood before the cut is still good.
  }
  return texts
}

function textOf(type: string, data: Buffer, end: number): string | undefined {
  if (type === 'tEXt') {
    // Latin-1 by the book, UTF-8 by the hand of many writers.
    const body = data.subarray(end + 1)
    const utf8 = body.toString('utf8')
    return utf8.includes('\uFFFD') ? body.toString('latin1') : utf8
  }
  if (type === 'zTXt') return inflate(data.subarray(end + 2)).toString('latin1')
  if (type !== 'iTXt') return undefined
  const compressed = data[end + 1] === 1
  const languageEnd = data.indexOf(0, end + 3)
  const body = data.subarray(data.indexOf(0, languageEnd + 1) + 1)
  return (compressed ? inflate(body) : body).toString('utf8')
}

function inflate(bytes: Buffer): Buffer {
  return inflateSync(bytes, { maxOutputLength: textLimit })
}
