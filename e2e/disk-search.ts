import { readFileSync } from 'node:fs'
import path from 'node:path'
import { filesBelow } from './sanggar-process.ts'

/** What lies on a disk, looked at as a thief would: byte by byte, without any key. */

/** A word in every shape in which a program may have written it. */
export function shapesOf(word: string): Buffer[] {
  const utf8 = Buffer.from(word)
  const big = Buffer.from(word, 'utf16le').swap16()
  // In base64 a word has three shapes, by where it begins; the first and last letters depend on its neighbours.
  const base64 = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), utf8])
      .toString('base64')
      .replace(/=+$/, '')
    return text.slice(before === 0 ? 0 : before + 1, -2)
  })
  const hex = utf8.toString('hex')
  const texts = [
    ...base64,
    hex,
    hex.toUpperCase(),
    encodeURIComponent(word),
    JSON.stringify(word).slice(1, -1),
  ]
  return [
    utf8,
    Buffer.from(word.toLowerCase()),
    Buffer.from(word.toUpperCase()),
    Buffer.from(word, 'latin1'),
    Buffer.from(word, 'utf16le'),
    big,
    ...texts.map((text) => Buffer.from(text)),
  ]
}

const signatures: Record<string, Buffer> = {
  PNG: Buffer.from('89504e470d0a1a0a', 'hex'),
  'PNG header': Buffer.from('IHDR'),
  JPEG: Buffer.from('JFIF\0'),
  EXIF: Buffer.from('Exif\0\0'),
  WebP: Buffer.from('WEBPVP8'),
  AVIF: Buffer.from('ftypavif'),
  SQLite: Buffer.from('SQLite format 3'),
}

/** Some stretches of a file, all over it: a copy of it, or of a good part, contains one. */
export function stretches(bytes: Buffer): Buffer[] {
  const step = Math.max(24, Math.floor((bytes.length - 24) / 8))
  const found: Buffer[] = []
  for (let at = 0; at + 24 <= bytes.length; at += step) found.push(bytes.subarray(at, at + 24))
  return found
}

export function readAll(folder: string): { name: string; bytes: Buffer }[] {
  return filesBelow(folder).map((name) => ({ name, bytes: readFileSync(path.join(folder, name)) }))
}

/** Where below `folder` any of the words, signatures or stretches is; empty is what the vault promises. */
export function findings(folder: string, words: string[], pictures: Buffer[]): string[] {
  const shapes = words.flatMap((word) => shapesOf(word).map((shape) => ({ word, shape })))
  const parts = pictures.flatMap(stretches)
  return readAll(folder).flatMap(({ name, bytes }) => [
    ...shapes.filter(({ shape }) => bytes.includes(shape)).map(({ word }) => `${name}: ${word}`),
    ...Object.entries(signatures)
      // The lock is an empty database of its own, which holds nothing.
      .filter(([kind]) => !(kind === 'SQLite' && name.startsWith('library.lock')))
      .filter(([, signature]) => bytes.includes(signature))
      .map(([kind]) => `${name}: ${kind}`),
    ...(parts.some((part) => bytes.includes(part)) ? [`${name}: bytes of a picture`] : []),
  ])
}
