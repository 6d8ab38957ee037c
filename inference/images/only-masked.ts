import { mix } from './colour.ts'
import type { Pixels } from './pixels.ts'
import type { Region } from './placement.ts'
import { resize } from './resample.ts'

/**
 * The part of a picture to work on when only what is masked shall be repainted: the mask's bounds, `padding`
 * pixels around it, widened towards the shape width : height as far as the picture allows, so that nothing
 * is squeezed.
 *
 * @returns undefined when the mask is empty
 */
export function maskedRegion(
  mask: Pixels,
  padding: number,
  width: number,
  height: number,
): Region | undefined {
  const bounds = boundsOf(mask)
  if (bounds === undefined) return undefined
  const left = Math.max(0, bounds.left - padding)
  const top = Math.max(0, bounds.top - padding)
  const right = Math.min(mask.width, bounds.right + padding)
  const bottom = Math.min(mask.height, bounds.bottom + padding)
  const shape = width / height
  const [x, wide] = widen(left, right, Math.round((bottom - top) * shape), mask.width)
  const [y, high] = widen(top, bottom, Math.round((right - left) / shape), mask.height)
  return { left: x, top: y, width: wide, height: high }
}

/** [start, length] of an interval grown about its middle to `wanted`, but kept inside [0, limit). */
function widen(start: number, end: number, wanted: number, limit: number): [number, number] {
  const length = Math.min(limit, Math.max(end - start, wanted))
  const shifted = start - ((length - (end - start)) >> 1)
  return [Math.min(limit - length, Math.max(0, shifted)), length]
}

function boundsOf(mask: Pixels): { left: number; top: number; right: number; bottom: number } | undefined {
  let left = mask.width
  let top = mask.height
  let right = 0
  let bottom = 0
  for (let y = 0; y < mask.height; y++)
    for (let x = 0; x < mask.width; x++) {
      if (mask.data[y * mask.width + x] === 0) continue
      left = Math.min(left, x)
      right = Math.max(right, x + 1)
      top = Math.min(top, y)
      bottom = y + 1
    }
  return right === 0 ? undefined : { left, top, right, bottom }
}

/**
 * Lays `painted`, resized to the region, over the original through the (feathered) mask. Where the mask is 0
 * the original's bytes come through unchanged.
 *
 * @param original RGB
 * @param mask one channel, of the original's size: 0 keep … 255 painted
 */
export function pasteBack(original: Pixels, painted: Pixels, mask: Pixels, region: Region): Pixels {
  const { channels } = original
  if (painted.channels !== channels) throw new RangeError('painted and original differ in channels')
  if (mask.width !== original.width || mask.height !== original.height || mask.channels !== 1)
    throw new RangeError('the mask has not the size of the original')
  const patch = resize(painted, region.width, region.height)
  const result = { ...original, data: original.data.slice() }
  for (let y = 0; y < region.height; y++)
    for (let x = 0; x < region.width; x++) {
      const index = (region.top + y) * original.width + region.left + x
      const alpha = mask.data[index] as number
      if (alpha === 0) continue
      const from = (y * region.width + x) * channels
      for (let channel = 0; channel < channels; channel++) {
        const at = index * channels + channel
        result.data[at] = mix(patch.data[from + channel] as number, original.data[at] as number, alpha)
      }
    }
  return result
}
