/** How two pictures of the same size differ, over all pixels and channels (0 … 255). */
export type Difference = { pixels: number; changed: number; mean: number; largest: number }

export const noDifference: Difference = { pixels: 0, changed: 0, mean: 0, largest: 0 }

/** Pixels as canvases give them: RGBA, 8 bits. `onto` gets the difference, opaque. */
export function compareRgba(
  left: Uint8ClampedArray,
  right: Uint8ClampedArray,
  onto: Uint8ClampedArray,
): Difference {
  const pixels = left.length / 4
  let changed = 0
  let sum = 0
  let largest = 0
  for (let at = 0; at < left.length; at += 4) {
    let here = 0
    for (let channel = 0; channel < 3; channel++) {
      const by = Math.abs((left[at + channel] ?? 0) - (right[at + channel] ?? 0))
      onto[at + channel] = by
      sum += by
      if (by > here) here = by
    }
    onto[at + 3] = 255
    if (here > 0) changed += 1
    if (here > largest) largest = here
  }
  return { pixels, changed, mean: pixels === 0 ? 0 : sum / (pixels * 3), largest }
}

/** Of two parts of a picture, that of both. */
export function together(one: Difference, other: Difference): Difference {
  const pixels = one.pixels + other.pixels
  const sum = one.mean * one.pixels + other.mean * other.pixels
  return {
    pixels,
    changed: one.changed + other.changed,
    mean: pixels === 0 ? 0 : sum / pixels,
    largest: Math.max(one.largest, other.largest),
  }
}
