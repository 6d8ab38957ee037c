import { BertNormalizer, ReplaceNormalizer, StripAccentsNormalizer } from './library.ts'
import { readCharsmap } from './charsmap.ts'
import { componentSchema, type Component } from './tokenizer-json.ts'

export type Normalize = (text: string) => string

/**
 * The normaliser of a tokenizer.json.
 *
 * [Note: What the library's normalisers get wrong] Lowercase uses the whole string, so a final sigma turns
 * up; Precompiled approximates the charsmap by NFKC; Strip trims what JavaScript, not Unicode, calls white
 * space. Those three are ours; the rest is the library's.
 *
 * @throws Error on kinds nobody knows and on damaged data
 */
export function readNormalizer(config: Component | null | undefined, depth = 0): Normalize {
  if (config === null || config === undefined) return (text) => text
  if (depth > 16) throw new Error('normalizers nested too deeply')
  switch (config.type) {
    case 'Sequence': {
      const parts = componentSchema
        .array()
        .parse(config['normalizers'])
        .map((part) => readNormalizer(part, depth + 1))
      return (text) => parts.reduce((sofar, part) => part(sofar), text)
    }
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD': {
      const form = config.type
      return (text) => text.normalize(form)
    }
    case 'Lowercase':
      return lowercase
    case 'Precompiled':
      return typeof config['precompiled_charsmap'] === 'string'
        ? readCharsmap(config['precompiled_charsmap'])
        : (text) => text
    case 'Strip': {
      const left = config['strip_left'] === true
      const right = config['strip_right'] === true
      return (text) => strip(text, left, right)
    }
    case 'Prepend': {
      const prefix = String(config['prepend'])
      return (text) => (text === '' ? '' : prefix + text)
    }
    case 'Replace':
      return ofLibrary(new ReplaceNormalizer({ ...config, content: literal(config['content']) }))
    case 'StripAccents':
      return ofLibrary(new StripAccentsNormalizer(config))
    case 'BertNormalizer':
      return ofLibrary(new BertNormalizer(config))
    default:
      throw new Error(`unknown normalizer ${config.type}`)
  }
}

function ofLibrary(normalizer: { normalize: Normalize }): Normalize {
  return (text) => normalizer.normalize(text)
}

/** A `$` in the replacement means itself there, but a group in JavaScript. */
function literal(content: unknown): string {
  if (typeof content !== 'string') throw new Error('Replace without content')
  return content.replaceAll('$', '$$$$')
}

/** Code point by code point, as Rust's char::to_lowercase: no final sigma. */
function lowercase(text: string): string {
  let result = ''
  for (const character of text) result += character.toLowerCase()
  return result
}

export function strip(text: string, left: boolean, right: boolean): string {
  const start = left ? text.replace(/^\p{White_Space}+/u, '') : text
  if (!right) return start
  let end = start.length
  while (end > 0 && /\p{White_Space}/u.test(start[end - 1] ?? '')) end--
  return start.slice(0, end)
}
