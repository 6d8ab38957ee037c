import { newPixels, type Pixels } from './pixels.ts'

const precisionBits = 22

type Kernel = { support: number; weight(x: number): number }

/** Lanczos-3, the windowed sinc. */
const lanczos: Kernel = {
  support: 3,
  weight: (x) => (x < -3 || x >= 3 ? 0 : sinc(x) * sinc(x / 3)),
}

/** Keys' cubic convolution with a = -0.5 (IEEE Trans. ASSP 29, 1981), which CLIP's pictures are shrunk with. */
const bicubic: Kernel = {
  support: 2,
  weight(x) {
    const a = -0.5
    const away = Math.abs(x)
    if (away < 1) return ((a + 2) * away - (a + 3)) * away * away + 1
    return away < 2 ? (((away - 5) * away + 8) * away - 4) * a : 0
  },
}

const kernels = { lanczos, bicubic }
export type KernelName = keyof typeof kernels

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI)
}

/** For every output sample: where its window begins, and `size` fixed-point weights (zero-filled). */
type Windows = { size: number; starts: Int32Array; counts: Int32Array; weights: Int32Array }

/** Windows over [from, to) of `length` samples; when shrinking, the kernel widens (antialiasing). */
function windows(kernel: Kernel, length: number, from: number, to: number, outputs: number): Windows {
  const scale = Math.fround(to - from) / outputs
  const widening = Math.max(scale, 1)
  const support = kernel.support * widening
  const size = Math.ceil(support) * 2 + 1
  const starts = new Int32Array(outputs)
  const counts = new Int32Array(outputs)
  const weights = new Int32Array(outputs * size)
  const taps = new Float64Array(size)
  for (let output = 0; output < outputs; output++) {
    const centre = from + (output + 0.5) * scale
    const start = Math.max(0, Math.trunc(centre - support + 0.5))
    const count = Math.min(length, Math.trunc(centre + support + 0.5)) - start
    let sum = 0
    for (let tap = 0; tap < count; tap++) {
      const weight = kernel.weight((tap + start - centre + 0.5) * (1 / widening))
      taps[tap] = weight
      sum += weight
    }
    starts[output] = start
    counts[output] = count
    for (let tap = 0; tap < count; tap++) {
      const weight = (taps[tap] ?? 0) / (sum === 0 ? 1 : sum)
      weights[output * size + tap] = Math.trunc(weight * 2 ** precisionBits + (weight < 0 ? -0.5 : 0.5))
    }
  }
  return { size, starts, counts, weights }
}

/** A part of a picture; fractions of a pixel are meant. */
export type Box = { left: number; top: number; right: number; bottom: number }

/**
 * Resizes (a box of) a picture exactly as Pillow's Image.resize with LANCZOS or BICUBIC: separable, horizontal pass
 * first, 22-bit fixed-point weights and one rounding to 8 bits per pass; a pass that changes nothing is left
 * out; colours under alpha are premultiplied.
 */
export function resize(
  source: Pixels,
  width: number,
  height: number,
  box?: Box,
  kernelName: KernelName = 'lanczos',
): Pixels {
  const kernel = kernels[kernelName]
  const whole = { left: 0, top: 0, right: source.width, bottom: source.height }
  const [left, top, right, bottom] = bounds(box ?? whole)
  if (source.channels === 4) return unpremultiply(resizeChannels(premultiply(source)))
  return resizeChannels(source)

  function resizeChannels(pixels: Pixels): Pixels {
    let result = pixels
    if (width !== pixels.width || left !== 0 || right !== pixels.width)
      result = horizontalPass(result, windows(kernel, pixels.width, left, right, width), width)
    if (height !== pixels.height || top !== 0 || bottom !== pixels.height)
      result = verticalPass(result, windows(kernel, pixels.height, top, bottom, height), height)
    return result === source ? { ...source, data: source.data.slice() } : result
  }
}

/** Pillow takes a box as float32. */
function bounds({ left, top, right, bottom }: Box): [number, number, number, number] {
  return [Math.fround(left), Math.fround(top), Math.fround(right), Math.fround(bottom)]
}

const half = 1 << (precisionBits - 1)

function clip(sum: number): number {
  const value = sum >> precisionBits
  return value < 0 ? 0 : value > 255 ? 255 : value
}

function horizontalPass(source: Pixels, { size, starts, counts, weights }: Windows, width: number): Pixels {
  const { height, channels, data } = source
  const result = newPixels(width, height, channels)
  const out = result.data
  for (let y = 0; y < height; y++) {
    const row = y * source.width * channels
    for (let x = 0; x < width; x++) {
      const first = row + (starts[x] as number) * channels
      const count = counts[x] as number
      for (let channel = 0; channel < channels; channel++) {
        let sum = half
        for (let tap = 0, at = first + channel; tap < count; tap++, at += channels)
          sum += (data[at] as number) * (weights[x * size + tap] as number)
        out[(y * width + x) * channels + channel] = clip(sum)
      }
    }
  }
  return result
}

function verticalPass(source: Pixels, { size, starts, counts, weights }: Windows, height: number): Pixels {
  const { width, channels, data } = source
  const result = newPixels(width, height, channels)
  const stride = width * channels
  const sums = new Float64Array(stride)
  for (let y = 0; y < height; y++) {
    sums.fill(half)
    for (let tap = 0; tap < (counts[y] as number); tap++) {
      const weight = weights[y * size + tap] as number
      const row = ((starts[y] as number) + tap) * stride
      for (let at = 0; at < stride; at++)
        sums[at] = (sums[at] as number) + weight * (data[row + at] as number)
    }
    for (let at = 0; at < stride; at++) result.data[y * stride + at] = clip(sums[at] as number)
  }
  return result
}

/** c * alpha / 255, rounded as Pillow's MULDIV255. */
function premultiply(source: Pixels): Pixels {
  const data = source.data.slice()
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3] as number
    for (let channel = at; channel < at + 3; channel++) {
      const product = (data[channel] as number) * alpha + 128
      data[channel] = ((product >> 8) + product) >> 8
    }
  }
  return { ...source, data }
}

function unpremultiply(source: Pixels): Pixels {
  const { data } = source
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3] as number
    if (alpha === 0 || alpha === 255) continue
    for (let channel = at; channel < at + 3; channel++)
      data[channel] = Math.min(255, Math.trunc((255 * (data[channel] as number)) / alpha))
  }
  return source
}
