import { newPixels, type Pixels, type Planes } from './pixels.ts'

/** 0 … 255 as float32 in [-1, 1], in the reference's two roundings: u/255, then 2x - 1. */
const signed = Float32Array.from({ length: 256 }, (_, value) => 2 * Math.fround(value / 255) - 1)
const unit = Float32Array.from({ length: 256 }, (_, value) => value / 255)

/** To [1, channels, height, width] in [-1, 1], as a VAE encoder takes it. Alpha must be flattened before. */
export function toSigned(pixels: Pixels): Planes {
  return spread(pixels, signed)
}

/** To [1, channels, height, width] in [0, 1], as a ControlNet or an upscaler takes it. */
export function toUnit(pixels: Pixels): Planes {
  return spread(pixels, unit)
}

function spread({ width, height, channels, data }: Pixels, table: Float32Array): Planes {
  const area = width * height
  const planes = new Float32Array(area * channels)
  for (let channel = 0; channel < channels; channel++)
    for (let index = 0, at = channel; index < area; index++, at += channels)
      planes[channel * area + index] = table[data[at] as number] as number
  return { width, height, channels, data: planes }
}

/** A decoder's output in [-1, 1]: clamp(x / 2 + 0.5, 0, 1), times 255, rounded half to even as numpy does. */
export function fromSigned(planes: Planes): Pixels {
  return gather(planes, (value) => Math.fround(value / 2 + 0.5))
}

/** From [0, 1], rounded half to even. */
export function fromUnit(planes: Planes): Pixels {
  return gather(planes, (value) => value)
}

function gather({ width, height, channels, data }: Planes, toUnitRange: (value: number) => number): Pixels {
  if (channels !== 1 && channels !== 3 && channels !== 4)
    throw new RangeError(`${channels} channels are no picture`)
  const pixels = newPixels(width, height, channels)
  const area = width * height
  for (let channel = 0; channel < channels; channel++)
    for (let index = 0; index < area; index++) {
      const value = toUnitRange(data[channel * area + index] as number)
      pixels.data[index * channels + channel] = roundHalfToEven(
        Math.fround(255 * Math.min(1, Math.max(0, value))),
      )
    }
  return pixels
}

function roundHalfToEven(value: number): number {
  const rounded = Math.round(value)
  return rounded - value === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded
}
