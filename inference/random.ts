/*
 * torch.Generator('cpu') in float32: Mersenne Twister (Matsumoto & Nishimura 1998, 32 bit) and Box-Muller, in
 * torch's two arrangements. The same seed therefore gives the same picture as the field's reference.
 */

/** Everything needed to go on from here; structured-clonable. */
export type GeneratorState = { words: Uint32Array; position: number; spare: number | null }

export type Generator = {
  /** `length` unit normal float32 numbers, as torch.randn of any shape with so many elements */
  randn(length: number): Float32Array
  state(): GeneratorState
  /** Goes back to a state taken before; the given object is not kept. */
  restore(state: GeneratorState): void
}

const size = 624
const middle = 397
/** From here on torch fills whole blocks of 16 with float32 uniforms; below, it draws doubles one by one. */
const block = 16
const half = 8

/**
 * A generator as after `manual_seed(seed)`. The seed is an integer from 0 to 2^64 - 1, as bigint or in decimal;
 * anything else is a RangeError (the contract lets no such seed through).
 */
export function createGenerator(seed: string | bigint): Generator {
  const state = seeded(parseSeed(seed))
  return {
    randn: (length) => randn(state, length),
    state: () => ({ ...state, words: state.words.slice() }),
    restore(earlier) {
      if (earlier.words.length !== size) throw new RangeError('not the state of a generator')
      state.words.set(earlier.words)
      state.position = earlier.position
      state.spare = earlier.spare
    },
  }
}

function parseSeed(seed: string | bigint): bigint {
  if (typeof seed === 'string' && !/^\d{1,20}$/.test(seed))
    throw new RangeError('a seed is a decimal integer')
  const value = BigInt(seed)
  if (value < 0n || value >= 1n << 64n) throw new RangeError('a seed lies between 0 and 2^64 - 1')
  return value
}

/** torch keeps 64 bits of the seed but feeds only the lower 32 to the twister. */
function seeded(seed: bigint): GeneratorState {
  const words = new Uint32Array(size)
  words[0] = Number(seed & 0xffffffffn)
  for (let i = 1; i < size; i++) {
    const previous = words[i - 1] as number
    words[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i
  }
  return { words, position: size, spare: null }
}

function twist(words: Uint32Array): void {
  for (let i = 0; i < size; i++) {
    const y = ((words[i] as number) & 0x80000000) | ((words[(i + 1) % size] as number) & 0x7fffffff)
    words[i] = (words[(i + middle) % size] as number) ^ (y >>> 1) ^ ((y & 1) === 0 ? 0 : 0x9908b0df)
  }
}

function next32(state: GeneratorState): number {
  if (state.position >= size) {
    twist(state.words)
    state.position = 0
  }
  let y = state.words[state.position++] as number
  y ^= y >>> 11
  y ^= (y << 7) & 0x9d2c5680
  y ^= (y << 15) & 0xefc60000
  return (y ^ (y >>> 18)) >>> 0
}

/** 24 bits, [0, 1). */
function uniformFloat(state: GeneratorState): number {
  return (next32(state) & 0xffffff) / 0x1000000
}

/** 53 bits, [0, 1): the high word is drawn first. */
function uniformDouble(state: GeneratorState): number {
  const high = next32(state) & 0x1fffff
  return (high * 0x100000000 + next32(state)) / 0x20000000000000
}

function randn(state: GeneratorState, length: number): Float32Array {
  const values = new Float32Array(length)
  if (length < block) {
    for (let i = 0; i < length; i++) values[i] = normalDouble(state)
    return values
  }
  for (let i = 0; i < length; i++) values[i] = uniformFloat(state)
  for (let i = 0; i + block <= length; i += block) normalBlock(values, i)
  if (length % block !== 0) {
    // The last sixteen are drawn afresh, over those of the last whole block that they overlap.
    const start = length - block
    for (let i = start; i < length; i++) values[i] = uniformFloat(state)
    normalBlock(values, start)
  }
  return values
}

/** Sixteen uniforms to normals in place: radii from the first eight, angles from the others. */
function normalBlock(values: Float32Array, start: number): void {
  for (let i = start; i < start + half; i++) {
    const radius = Math.sqrt(-2 * Math.log(1 - (values[i] as number)))
    const angle = 2 * Math.PI * (values[i + half] as number)
    values[i] = radius * Math.cos(angle)
    values[i + half] = radius * Math.sin(angle)
  }
}

/** One normal in double; the second of the pair is kept, also across calls. */
function normalDouble(state: GeneratorState): number {
  if (state.spare !== null) {
    const spare = state.spare
    state.spare = null
    return spare
  }
  const angle = 2 * Math.PI * uniformDouble(state)
  const radius = Math.sqrt(-2 * Math.log1p(-uniformDouble(state)))
  state.spare = radius * Math.sin(angle)
  return radius * Math.cos(angle)
}
