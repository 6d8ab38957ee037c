/** A second draw that the first is turned towards: 0 the first alone, 1 the second alone. */
export type Variation = { noise: Float32Array; strength: number }

/** Above this the two directions are one for float32, and the arc has no angle to divide by. */
const nearlyOne = 0.9995

/**
 * Spherical interpolation between two noises, as A1111's variation seeds do it (`slerp` in modules/rng.py): each
 * column of each channel is turned by its own angle, so that a picture's seed, variation seed and strength mean the
 * same there and here. Between unit normal noises the result is unit normal noise again, which a weighted mean is not.
 *
 * @param shape of both noises, [1, c, h, w]
 */
export function varied(
  noise: Float32Array,
  { noise: other, strength }: Variation,
  shape: readonly [number, number, number, number],
): Float32Array {
  const [, channels, height, width] = shape
  const dots = new Float64Array(channels * width)
  for (let channel = 0; channel < channels; channel++)
    for (let x = 0; x < width; x++) {
      let product = 0
      let length = 0
      let otherLength = 0
      for (let y = 0; y < height; y++) {
        const at = (channel * height + y) * width + x
        const a = noise[at] as number
        const b = other[at] as number
        product += a * b
        length += a * a
        otherLength += b * b
      }
      const both = Math.sqrt(length * otherLength)
      dots[channel * width + x] = both === 0 ? 1 : product / both
    }
  const straight = dots.reduce((sum, dot) => sum + dot, 0) / dots.length > nearlyOne
  const result = new Float32Array(noise.length)
  for (let at = 0; at < noise.length; at++) {
    const column = Math.floor(at / (height * width)) * width + (at % width)
    const omega = Math.acos(Math.min(1, Math.max(-1, dots[column] as number)))
    const sine = Math.sin(omega)
    const [keep, take] =
      straight || sine < 1e-6
        ? [1 - strength, strength]
        : [Math.sin((1 - strength) * omega) / sine, Math.sin(strength * omega) / sine]
    result[at] = keep * (noise[at] as number) + take * (other[at] as number)
  }
  return result
}
