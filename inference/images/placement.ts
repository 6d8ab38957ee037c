import { newPixels, type Pixels } from './pixels.ts'
import { resize } from './resample.ts'

export type ResizeMode = 'crop' | 'fit' | 'stretch'

/** Whole pixels of a picture: `left`, `top` inclusive. */
export type Region = { left: number; top: number; width: number; height: number }

/** The largest size not above the given one whose sides are multiples of `multiple`, as the reference resizes. */
export function floorSize(
  width: number,
  height: number,
  multiple: number,
): { width: number; height: number } {
  const floor = (side: number): number => Math.max(multiple, side - (side % multiple))
  return { width: floor(width), height: floor(height) }
}

/**
 * Brings a picture to a size. stretch: sides independently, as the reference does. crop: as large as needed
 * to cover, the middle of it. fit: as large as fits, the rest is the edge repeated ('edge') or one value.
 */
export function place(
  source: Pixels,
  width: number,
  height: number,
  mode: ResizeMode,
  margin: 'edge' | number = 'edge',
): Pixels {
  const cover = Math.max(width / source.width, height / source.height)
  const contain = Math.min(width / source.width, height / source.height)
  if (mode === 'stretch' || cover === contain) return resize(source, width, height)
  if (mode === 'crop') {
    const halfWidth = width / cover / 2
    const halfHeight = height / cover / 2
    return resize(source, width, height, {
      left: Math.max(0, source.width / 2 - halfWidth),
      top: Math.max(0, source.height / 2 - halfHeight),
      right: Math.min(source.width, source.width / 2 + halfWidth),
      bottom: Math.min(source.height, source.height / 2 + halfHeight),
    })
  }
  const inner = {
    width: Math.max(1, Math.min(width, Math.round(source.width * contain))),
    height: Math.max(1, Math.min(height, Math.round(source.height * contain))),
  }
  const small = resize(source, inner.width, inner.height)
  return surround(small, width, height, margin)
}

function surround(source: Pixels, width: number, height: number, margin: 'edge' | number): Pixels {
  const result = newPixels(width, height, source.channels)
  const left = (width - source.width) >> 1
  const top = (height - source.height) >> 1
  const { channels, data } = source
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const fromX = Math.min(source.width - 1, Math.max(0, x - left))
      const fromY = Math.min(source.height - 1, Math.max(0, y - top))
      const outside = fromX !== x - left || fromY !== y - top
      const from = (fromY * source.width + fromX) * channels
      const to = (y * width + x) * channels
      for (let channel = 0; channel < channels; channel++)
        result.data[to + channel] = outside && margin !== 'edge' ? margin : (data[from + channel] as number)
    }
  return result
}

/** @throws RangeError when the region reaches outside the picture */
export function crop(source: Pixels, { left, top, width, height }: Region): Pixels {
  if (
    left < 0 ||
    top < 0 ||
    width < 1 ||
    height < 1 ||
    left + width > source.width ||
    top + height > source.height
  )
    throw new RangeError('the region reaches outside the picture')
  const result = newPixels(width, height, source.channels)
  const stride = width * source.channels
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * source.width + left) * source.channels
    result.data.set(source.data.subarray(from, from + stride), y * stride)
  }
  return result
}
