import type { Pixels } from '../images/pixels.ts'
import { dctRows, luminance, windowSize } from './dct.ts'
import { type JpegTraces, mostBlocks } from './jpeg-traces.ts'

// What the steps of a JPEG's table say besides its coarseness. The same is in models/training/restore/jpeg.py; a fixture
// holds the two together.

/** Annex K of ITU-T T.81: the table of luminance */
const table = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22,
  29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103,
  121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
] as const
const area = windowSize ** 2
/** how far a coefficient may be from what the file holds, in steps */
const narrow = 0.3

type Grid = Pick<JpegTraces, 'top' | 'left'>

function blocksIn({ width, height }: Pixels, { top, left }: Grid): [rows: number, columns: number] {
  const along = (length: number, start: number) => Math.max(0, Math.floor((length - start) / windowSize))
  return [along(height, top), along(width, left)]
}

/** The transform of a window, or with `back` the window of a transform. */
function transformed(window: Float64Array, back = false): Float64Array {
  const side = windowSize
  const row = (frequency: number, sample: number) =>
    dctRows[back ? sample * side + frequency : frequency * side + sample] as number
  const half = new Float64Array(area)
  const made = new Float64Array(area)
  for (let i = 0; i < side; i++)
    for (let v = 0; v < side; v++) {
      let sum = 0
      for (let j = 0; j < side; j++) sum += (window[i * side + j] as number) * row(v, j)
      half[i * side + v] = sum
    }
  for (let u = 0; u < side; u++)
    for (let v = 0; v < side; v++) {
      let sum = 0
      for (let i = 0; i < side; i++) sum += (half[i * side + v] as number) * row(u, i)
      made[u * side + v] = sum
    }
  return made
}

/** Share of the luminance's coefficients, but for the means, that were not rounded to nothing. */
export function survived(pixels: Pixels, traces: JpegTraces): number {
  const { data, width } = pixels
  const [rows, columns] = blocksIn(pixels, traces)
  const every = Math.ceil((rows * columns) / mostBlocks)
  const window = new Float64Array(area)
  let [count, large] = [0, 0]
  for (let block = 0; block < rows * columns; block += every) {
    const y = traces.top + Math.floor(block / columns) * windowSize
    const x = traces.left + (block % columns) * windowSize
    for (let at = 0; at < area; at++) {
      const from = ((y + Math.floor(at / windowSize)) * width + x + (at % windowSize)) * 3
      window[at] =
        (data[from] as number) * luminance[0] +
        (data[from + 1] as number) * luminance[1] +
        (data[from + 2] as number) * luminance[2]
    }
    for (const [at, value] of transformed(window).entries())
      if (at > 0 && Math.abs(value) >= ((table[at] as number) * traces.coarseness) / 2) large++
    count++
  }
  return large / (count * (area - 1))
}

/**
 * `made` of the JPEG `given` (both RGB), its luminance held to what the file says. A coefficient was within half a step of
 * what the file holds, and mostly much nearer: it may move by `narrow` steps (the narrow quantisation constraint set of
 * Park and Kim 1999). So grain that was strong enough to survive the table is not smoothed away.
 */
export function withinSteps(made: Pixels, given: Pixels, traces: JpegTraces): Pixels {
  const data = Uint8Array.from(made.data)
  const [rows, columns] = blocksIn(made, traces)
  const window = new Float64Array(area)
  for (let block = 0; block < rows * columns; block++) {
    const y = traces.top + Math.floor(block / columns) * windowSize
    const x = traces.left + (block % columns) * windowSize
    const placeOf = (at: number) =>
      ((y + Math.floor(at / windowSize)) * made.width + x + (at % windowSize)) * 3
    for (let at = 0; at < area; at++) {
      let moved = 0
      for (const [channel, share] of luminance.entries()) {
        const from = placeOf(at) + channel
        moved += ((made.data[from] as number) - (given.data[from] as number)) * share
      }
      window[at] = moved
    }
    const moved = transformed(window)
    const excess = moved.map((value, at) => {
      const most = narrow * (table[at] as number) * traces.coarseness
      return Math.min(most, Math.max(-most, value)) - value
    })
    if (excess.every((value) => value === 0)) continue
    for (const [at, value] of transformed(excess, true).entries())
      for (let channel = 0; channel < 3; channel++) {
        const from = placeOf(at) + channel
        data[from] = Math.floor(Math.min(255, Math.max(0, (made.data[from] as number) + value)) + 0.5)
      }
  }
  return { ...made, data }
}
