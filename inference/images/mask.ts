import { toGray } from './colour.ts'
import { newPixels, type Pixels, type Planes } from './pixels.ts'
import { resize } from './resample.ts'

/** Network's view of a mask, [1, 1, height, width]: 1 repaint, 0 keep; resized first, then >= 0.5. */
export function maskPlane(mask: Pixels, width: number, height: number): Planes {
  return threshold(toGray(resize(mask, width, height)))
}

export function threshold(gray: Pixels): Planes {
  const data = new Float32Array(gray.width * gray.height)
  for (let index = 0; index < data.length; index++)
    data[index] = (gray.data[index] as number) >= 127.5 ? 1 : 0
  return { width: gray.width, height: gray.height, channels: 1, data }
}

/** For the latents: nearest neighbour, the upper left pixel of each `factor` x `factor` block, no average. */
export function latentMask(mask: Planes, factor: number): Planes {
  const width = Math.trunc(mask.width / factor)
  const height = Math.trunc(mask.height / factor)
  const data = new Float32Array(width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      data[y * width + x] = mask.data[y * factor * mask.width + x * factor] as number
  return { width, height, channels: 1, data }
}

/** The picture (in [-1, 1]) with what is to be repainted set to 0, mid grey. */
export function maskedImage(image: Planes, mask: Planes): Planes {
  const area = image.width * image.height
  if (mask.width !== image.width || mask.height !== image.height)
    throw new RangeError('mask and image differ in size')
  const data = image.data.slice()
  for (let index = 0; index < data.length; index++)
    if ((mask.data[index % area] as number) >= 0.5) data[index] = 0
  return { ...image, data }
}

/**
 * Softens a mask's edge by a Gaussian whose window reaches `feather` pixels (sigma = feather / 2.5), edges
 * repeated. Where a window is all 0 or all 255 nothing changes, exactly.
 */
export function feathered(mask: Pixels, feather: number): Pixels {
  const radius = Math.round(feather)
  if (radius < 1) return mask
  const sigma = feather / 2.5
  const kernel = Float64Array.from({ length: 2 * radius + 1 }, (_, tap) =>
    Math.exp(-((tap - radius) ** 2) / (2 * sigma ** 2)),
  )
  const total = kernel.reduce((sum, weight) => sum + weight, 0)
  for (let tap = 0; tap < kernel.length; tap++) kernel[tap] = (kernel[tap] as number) / total
  return blurRows(blurRows(mask, kernel), kernel)
}

/** Blurs along rows and transposes, so that twice is both directions. */
function blurRows({ width, height, data }: Pixels, kernel: Float64Array): Pixels {
  const radius = kernel.length >> 1
  const result = newPixels(height, width, 1)
  const padded = new Uint8Array(width + 2 * radius)
  const sums = new Uint32Array(padded.length + 1)
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width, (y + 1) * width)
    padded.fill(row[0] as number, 0, radius)
    padded.set(row, radius)
    padded.fill(row[width - 1] as number, radius + width)
    for (let at = 0; at < padded.length; at++) sums[at + 1] = (sums[at] as number) + (padded[at] as number)
    for (let x = 0; x < width; x++) {
      const sum = (sums[x + kernel.length] as number) - (sums[x] as number)
      let value = 0
      if (sum === 255 * kernel.length) value = 255
      else if (sum > 0)
        for (let tap = 0; tap < kernel.length; tap++)
          value += (kernel[tap] as number) * (padded[x + tap] as number)
      result.data[x * height + y] = Math.round(value)
    }
  }
  return result
}
