import { inflateSync } from 'node:zlib'
import sharp from 'sharp'
import { pngChunks } from '../export/png-chunks.ts'
import { parseComfyGraph } from './comfy-graph.ts'
import { readUserComment } from './exif-comment.ts'
import type { ImportedSettings } from './imported-settings.ts'
import {
  parseDrawThings,
  parseFooocus,
  parseInvoke,
  parseNovelAi,
  parseStabilityMatrix,
} from './other-programs.ts'
import { parseParameters } from './parameters-text.ts'

/** Workflows run to a few hundred kilobytes; more is not read. */
const textLimit = 8 * 1024 * 1024

/**
 * How a picture says it was made, whichever program wrote it (needs.md, section 5, "Image metadata to read").
 * Never trusted: sizes are capped, anything unreadable is as if it were not there.
 */
export async function readPictureSettings(bytes: Buffer): Promise<ImportedSettings | undefined> {
  const texts = bytes.subarray(1, 4).toString('latin1') === 'PNG' ? pngTexts(bytes) : {}
  const fromPng = settingsOfTexts(texts)
  if (fromPng !== undefined) return fromPng
  const { exif, xmp } = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => ({ exif: undefined, xmp: undefined }))
  const comment = exif === undefined ? undefined : readUserComment(exif)
  const fromComment =
    comment === undefined ? undefined : (parseComfyComment(comment) ?? parseParameters(comment))
  return fromComment ?? (xmp === undefined ? undefined : settingsOfXmp(xmp.toString('utf8')))
}

function settingsOfTexts(texts: Record<string, string>): ImportedSettings | undefined {
  const { parameters, prompt, Comment: comment, Description: description } = texts
  const invoke = texts['invokeai_metadata'] ?? texts['sd-metadata']
  const matrix = texts['parameters-json']
  return (
    (invoke === undefined ? undefined : parseInvoke(invoke)) ??
    (matrix === undefined ? undefined : parseStabilityMatrix(matrix)) ??
    (texts['fooocus_scheme'] === 'fooocus' && parameters !== undefined
      ? parseFooocus(parameters)
      : undefined) ??
    (parameters === undefined ? undefined : parseParameters(parameters)) ??
    (prompt === undefined ? undefined : parseComfyGraph(prompt)) ??
    (comment === undefined ? undefined : parseNovelAi(comment, description))
  )
}

/** ComfyUI in WebP: EXIF text "prompt:{…}". */
function parseComfyComment(comment: string): ImportedSettings | undefined {
  return comment.startsWith('prompt:') ? parseComfyGraph(comment.slice('prompt:'.length)) : undefined
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
