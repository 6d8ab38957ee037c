/** Mulberry32: small, seeded, so that a finding can be made again from its seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Numbers that parsers get wrong: signs, overflows, 2^63 and its neighbours. */
const numbers = [
  0n,
  1n,
  0x7fn,
  0x80n,
  0xffn,
  0x7fffn,
  0xffffn,
  0x7fffffffn,
  0x80000000n,
  0xffffffffn,
  1n << 53n,
]
const wide = [...numbers, (1n << 63n) - 1n, 1n << 63n, (1n << 64n) - 1n]

/** Words that texts get wrong: nesting, huge numbers, paths that leave, prototypes. */
const words = [
  '../../../../etc/passwd',
  '/etc/passwd',
  '__proto__',
  'constructor',
  '-1',
  '1e309',
  '1000000000',
  '9223372036854775808',
  'null',
  '[[[[[[[[',
  '{"a":{"a":{"a":',
  '\u0000',
  '\uD800',
  '%s%n',
  '(((((((',
]

type Change = (bytes: Buffer, random: () => number, corpus: readonly Uint8Array[]) => Buffer

const at = (bytes: Buffer, random: () => number) => Math.floor(random() * bytes.length)
/** The beginning, where headers are, half of the time. */
const early = (bytes: Buffer, random: () => number) =>
  Math.floor(random() ** (random() < 0.5 ? 1 : 4) * bytes.length)

const changes: Change[] = [
  (bytes, random) => {
    const place = early(bytes, random)
    bytes[place] = (bytes[place] ?? 0) ^ (1 << Math.floor(random() * 8))
    return bytes
  },
  (bytes, random) => {
    bytes[early(bytes, random)] = Math.floor(random() * 256)
    return bytes
  },
  (bytes, random) => bytes.subarray(0, at(bytes, random)),
  (bytes, random) => bytes.subarray(early(bytes, random)),
  (bytes, random) => {
    const value = wide[Math.floor(random() * wide.length)] ?? 0n
    const number = Buffer.alloc(8)
    if (random() < 0.5) number.writeBigUInt64LE(value)
    else number.writeBigUInt64BE(value)
    const width = random() < 0.5 ? 8 : 4
    number.copy(bytes, Math.min(early(bytes, random), Math.max(0, bytes.length - width)), 0, width)
    return bytes
  },
  (bytes, random) => {
    const place = early(bytes, random)
    const word = Buffer.from(words[Math.floor(random() * words.length)] ?? '')
    return Buffer.concat([bytes.subarray(0, place), word, bytes.subarray(place)])
  },
  (bytes, random) => {
    const [from, to] = [at(bytes, random), at(bytes, random)].sort((one, other) => one - other)
    const piece = bytes.subarray(from, Math.min(to ?? 0, (from ?? 0) + 4096))
    const times = 1 + Math.floor(random() * 20)
    const place = at(bytes, random)
    const copies = Array.from({ length: times }, () => piece)
    return Buffer.concat([bytes.subarray(0, place), ...copies, bytes.subarray(place)])
  },
  (bytes, random, corpus) => {
    const other = corpus[Math.floor(random() * corpus.length)] ?? bytes
    const share = random()
    const head = bytes.subarray(0, Math.floor(bytes.length * share))
    return Buffer.concat([head, Buffer.from(other).subarray(Math.floor(other.length * share))])
  },
  (bytes, random) => {
    const place = at(bytes, random)
    const end = Math.min(bytes.length, place + Math.floor(random() * 64))
    bytes.fill(Math.floor(random() * 256), place, end)
    return bytes
  },
]

const longest = 1 << 20

/** One of the corpus with one to eight things wrong in it; the same for the same seed. */
export function mutated(corpus: readonly Uint8Array[], random: () => number): Buffer {
  let bytes = Buffer.from(corpus[Math.floor(random() * corpus.length)] ?? new Uint8Array(1))
  const count = 1 + Math.floor(random() ** 2 * 8)
  for (let change = 0; change < count && bytes.length > 0; change++) {
    const act = changes[Math.floor(random() * changes.length)]
    if (act !== undefined) bytes = Buffer.from(act(bytes, random, corpus)).subarray(0, longest)
  }
  return bytes
}
