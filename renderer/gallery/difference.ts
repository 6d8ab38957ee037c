/** How two pictures of the same size differ, over all pixels and channels (0 … 255). */
export type Difference = { pixels: number; changed: number; mean: number; largest: number }

/** Pixels as canvases give them: RGBA, 8 bits. `onto` gets the difference times `gain`, opaque. */
export function compareRgba(
  left: Uint8ClampedArray,
  right: Uint8ClampedArray,
  onto: Uint8ClampedArray,
  gain: number,
): Difference {
  const pixels = left.length / 4
  let changed = 0
  let sum = 0
  let largest = 0
  for (let at = 0; at < left.length; at += 4) {
    let here = 0
    for (let channel = 0; channel < 3; channel++) {
      const by = Math.abs((left[at + channel] ?? 0) - (right[at + channel] ?? 0))
      onto[at + channel] = by * gain
      sum += by
      if (by > here) here = by
    }
    onto[at + 3] = 255
    if (here > 0) changed += 1
    if (here > largest) largest = here
  }
  return { pixels, changed, mean: pixels === 0 ? 0 : sum / (pixels * 3), largest }
}
