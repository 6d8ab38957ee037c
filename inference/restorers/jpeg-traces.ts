import type { Pixels } from '../images/pixels.ts'
import { dctRows, luminance, windowSize } from './dct.ts'

// [Note: JPEG traces] Inside the right grid the DCT coefficients of the luminance stand at multiples of the quantisation
// steps (Fan and de Queiroz 2003); in any other grid, and in a picture that never was a JPEG, they stand anywhere. So
// nothing has to be known about the file: a PNG made from a JPEG and a crop of it are found as well. The same is in
// models/training/restore/jpeg.py; a fixture holds the two together.

/** `coarseness`: what the standard's table was multiplied by (quality 50 is 1); `top`, `left`: where the grid begins */
export type JpegTraces = { coarseness: number; top: number; left: number }

/** Annex K of ITU-T T.81: steps of the nine lowest frequencies, and the means of those of luminance and chroma */
const steps = [16, 11, 10, 12, 12, 14, 14, 13, 16] as const
const means = [118 / 9, 230 / 9, 230 / 9] as const
const frequencies = 3
/** blocks that are looked at, at most: where the picture begins, and in every other grid */
export const mostBlocks = 1500
const fewerBlocks = 500
/** the lowest two first, the mean never: it is seldom near nothing and says little */
const order = [1, 3, 2, 4, 5, 6, 7, 8]
const largestStep = 120
/** a step counts as found when the coefficients stand this close to its multiples (1: exactly), and so many of them */
const close = 0.5
const enough = 12
/** fewer frequencies than this that agree are chance */
const agreeing = 3
/** coarser tables (about quality 25) take enough from any photo */
const coarsest = 2

type Fit = { coarseness: number; agreement: number }

/** Undefined for an RGB picture without traces. */
export function jpegTraces(pixels: Pixels): JpegTraces | undefined {
  let best = { coarseness: 0, agreement: 0, top: 0, left: 0 }
  for (let top = 0; top < windowSize; top++) {
    for (let left = 0; left < windowSize; left++) {
      const fit = fitOf(pixels, top, left)
      if (fit.agreement > best.agreement) best = { ...fit, top, left }
      // Most pictures were never cropped: where their own corner is one of the grid, no other is looked for.
      if (top === 0 && left === 0 && fit.agreement >= agreeing)
        return { coarseness: fit.coarseness, top, left }
    }
  }
  const { agreement, ...found } = best
  return agreement >= agreeing ? found : undefined
}

function fitOf(pixels: Pixels, top: number, left: number): Fit {
  const rows = Math.floor((pixels.height - top) / windowSize)
  const columns = Math.floor((pixels.width - left) / windowSize)
  const nothing = { coarseness: 0, agreement: 0 }
  if (rows < 2 || columns < 2) return nothing
  const every = Math.ceil((rows * columns) / (top + left === 0 ? mostBlocks : fewerBlocks))
  const count = Math.ceil((rows * columns) / every)
  const coefficients = steps.map(() => new Float64Array(count))
  for (let block = 0; block < count; block++) {
    const at = block * every
    const y = top + Math.floor(at / columns) * windowSize
    const x = left + (at % columns) * windowSize
    for (const [index, value] of lowest(pixels, y, x).entries()) {
      ;(coefficients[index] as Float64Array)[block] = Math.abs(value)
    }
  }
  const found: number[] = []
  let agreement = 0
  for (const [looked, index] of order.entries()) {
    // In the right grid one of the two lowest frequencies says so: most others are left at once.
    if (looked === 2 && found.length === 0) return nothing
    const [step, closeness] = stepOf(coefficients[index] as Float64Array)
    if (step === 0) continue
    found.push(step / (steps[index] as number))
    agreement += closeness
  }
  return { coarseness: median(found), agreement }
}

/** The lowest DCT coefficients of the luminance of one block, row by row. */
function lowest({ data, width }: Pixels, top: number, left: number): Float64Array {
  const made = new Float64Array(frequencies ** 2)
  for (let i = 0; i < windowSize; i++) {
    const along = [0, 0, 0]
    for (let j = 0; j < windowSize; j++) {
      const at = ((top + i) * width + left + j) * 3
      const gray =
        (data[at] as number) * luminance[0] +
        (data[at + 1] as number) * luminance[1] +
        (data[at + 2] as number) * luminance[2]
      for (let v = 0; v < frequencies; v++)
        along[v] = (along[v] as number) + gray * (dctRows[v * windowSize + j] as number)
    }
    for (let u = 0; u < frequencies; u++)
      for (let v = 0; v < frequencies; v++) {
        const at = u * frequencies + v
        made[at] = (made[at] as number) + (along[v] as number) * (dctRows[u * windowSize + i] as number)
      }
  }
  return made
}

/** The step whose multiples the coefficients stand on, and how closely; 0 where there is none. */
function stepOf(values: Float64Array): [step: number, closeness: number] {
  let best: [number, number] = [0, 0]
  for (let step = 2; step <= largestStep; step++) {
    let [counted, sum] = [0, 0]
    for (const value of values) {
      // Those that were rounded to nothing fit every larger step and say nothing.
      if (value < step / 2) continue
      counted++
      sum += Math.cos((2 * Math.PI * value) / step)
    }
    if (counted < enough) break
    const closeness = sum / counted
    // A divisor of the true step fits as well: the largest that does is the true one.
    if (closeness >= close && closeness >= best[1] * 0.8) best = [step, closeness]
  }
  return best
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
}

/**
 * Deviation, in 0..1, of the noise that such a table makes in luminance and the two colour differences: the variance
 * is 0.69 m^1.3 for a mean step of m levels (Foi, Katkovnik, Egiazarian 2007). That is what it takes from a photo full
 * of detail; where next to nothing `survived` there was less to be taken (jpeg.py has the measurements).
 */
export function quantisationNoise(coarseness: number, survived = 1): number[] {
  const share = coarseness > coarsest ? 1 : Math.min(1, Math.max(0.6, 0.4 + 10 * survived))
  return means.map((mean) => (share * Math.sqrt(0.69 * (mean * coarseness) ** 1.3)) / 255)
}
