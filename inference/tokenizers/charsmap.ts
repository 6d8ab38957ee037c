const leafBit = 1 << 8
const wideOffsetBit = 1 << 9

/**
 * SentencePiece's precompiled normalisation: a double-array trie (Aoe 1989, as in darts-clone) over UTF-8
 * bytes whose leaves point into a table of zero-terminated replacements.
 *
 * @param encoded base64 of: uint32 trie size in bytes, trie, replacements
 * @throws RangeError when the sizes contradict each other
 */
export function readCharsmap(encoded: string): (text: string) => string {
  const bytes = Buffer.from(encoded, 'base64')
  const trieBytes = bytes.length >= 4 ? bytes.readUInt32LE(0) : Number.NaN
  if (!(trieBytes >= 4 && trieBytes % 4 === 0 && trieBytes + 4 <= bytes.length))
    throw new RangeError('the precompiled charsmap is cut off')
  const trie = Uint32Array.from({ length: trieBytes / 4 }, (_, index) => bytes.readUInt32LE(4 + index * 4))
  const replacements = bytes.subarray(4 + trieBytes)
  const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })
  const known = new Map<string, string | undefined>()

  const replacementOf = (chunk: string): string | undefined => {
    if (known.has(chunk)) return known.get(chunk)
    const start = shortestPrefix(trie, Buffer.from(chunk, 'utf8'))
    let found: string | undefined
    if (start !== undefined && start <= replacements.length) {
      const end = replacements.indexOf(0, start)
      found = replacements.toString('utf8', start, end < 0 ? replacements.length : end)
    }
    if (known.size < 10_000) known.set(chunk, found)
    return found
  }

  // [Note: Whole graphemes] The Rust library replaces a grapheme of fewer than six bytes by the replacement
  // of its shortest known prefix, the rest of it is dropped. It looks wrong and is what every model was
  // trained with.
  return (text) => {
    let result = ''
    for (const { segment } of graphemes.segment(text)) {
      const whole = Buffer.byteLength(segment) < 6 ? replacementOf(segment) : undefined
      if (whole !== undefined) result += whole
      else for (const character of segment) result += replacementOf(character) ?? character
    }
    return result
  }
}

/** Where the replacement of the shortest prefix of `key` in the trie begins. */
function shortestPrefix(trie: Uint32Array, key: Uint8Array): number | undefined {
  let unit = trie[0] ?? 0
  let node = offsetOf(unit)
  for (const byte of key) {
    if (byte === 0) return undefined
    node ^= byte
    unit = trie[node] ?? 0
    if ((unit & 0x8000_00ff) !== byte) return undefined
    node ^= offsetOf(unit)
    if ((unit & leafBit) !== 0) return (trie[node] ?? 0) & 0x7fff_ffff
  }
  return undefined
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & wideOffsetBit) >>> 6)
}
