import type { Pixels } from '../images/pixels.ts'
import { dctRows, opponentRows, windowSize } from './dct.ts'
import { type Holed, depth, fillFromAround, fillFromHalf, halved } from './hole.ts'

// [Note: Filling scratches] Iterated denoising (Guleryuz, "Nonlinear approximation based image recovery", 2006), coarse
// to fine: what is missing is guessed, the guess is simplified by thresholding the DCT of every window that touches it,
// what is known is put back, and so on with a falling threshold. Edges and stripes grow into the hole because few
// coefficients explain them. The same is in models/training/restore/inpaint.py, where it was measured; a fixture holds
// the two together.

const rounds = 16
/** levels of 255, in orthonormal colours and DCT */
const highest = 120
const lowest = 8
/** a hole this narrow (from its middle to what is known) is filled where it is; a wider one on a smaller copy first */
const narrow = 4
const smallest = 16
/** a round looks at every second window, from these corners in turn: [row, column] */
const corners = [
  [0, 0],
  [1, 1],
  [0, 1],
  [1, 0],
] as const

/** What is under the mask (non-zero) is made anew from around it. `onRound` may throw to end it. */
export async function inpaint(
  pixels: Pixels,
  mask: Uint8Array,
  onRound: () => Promise<void> = () => Promise.resolve(),
): Promise<Pixels> {
  const hole = mask.map((value) => (value === 0 ? 0 : 1))
  const missing = hole.reduce((sum, value) => sum + value, 0)
  if (missing === 0 || missing === hole.length) return pixels
  const { width, height, data } = pixels
  const area = width * height
  const planes = new Float32Array(3 * area)
  for (const [c, row] of opponentRows.entries())
    for (let at = 0; at < area; at++)
      planes[c * area + at] =
        (data[at * 3] as number) * row[0] +
        (data[at * 3 + 1] as number) * row[1] +
        (data[at * 3 + 2] as number) * row[2]
  await fill({ width, height, planes, hole }, onRound)
  const result = data.slice()
  for (let at = 0; at < area; at++) {
    if (hole[at] === 0) continue
    for (let c = 0; c < 3; c++) {
      let value = 0
      for (const [k, row] of opponentRows.entries())
        value += (planes[k * area + at] as number) * (row[c] as number)
      result[at * 3 + c] = Math.floor(Math.min(255, Math.max(0, value)) + 0.5)
    }
  }
  return { ...pixels, data: result }
}

async function fill(holed: Holed, onRound: () => Promise<void>): Promise<void> {
  if (Math.min(holed.width, holed.height) < 2 * smallest || depth(holed) <= narrow) fillFromAround(holed)
  else {
    const small = halved(holed)
    await fill(small, onRound)
    fillFromHalf(holed, small)
  }
  await simplify(holed, onRound)
}

async function simplify(holed: Holed, onRound: () => Promise<void>): Promise<void> {
  const { width, height, planes, hole } = holed
  if (Math.min(width, height) < windowSize) return
  const area = width * height
  const touched = touchedWindows(holed)
  const total = new Float64Array(3 * area)
  const share = new Float64Array(3 * area)
  const scratch = new Float64Array(windowSize ** 2)
  for (let round = 0; round < rounds; round++) {
    await onRound()
    const threshold = highest * (lowest / highest) ** (round / (rounds - 1))
    const [firstRow, firstColumn] = corners[round % corners.length] ?? corners[0]
    total.fill(0)
    share.fill(0)
    for (const window of touched) {
      const [top, left] = [Math.floor(window / width), window % width]
      if (top % 2 !== firstRow || left % 2 !== firstColumn) continue
      for (let c = 0; c < 3; c++) {
        const from = c * area + window
        const weight = thresholded(planes, from, width, threshold, scratch)
        for (let at = 0; at < scratch.length; at++) {
          const to = from + (at >> 3) * width + (at & 7)
          if (hole[to - c * area] === 0) continue
          total[to] = (total[to] as number) + (scratch[at] as number) * weight
          share[to] = (share[to] as number) + weight
        }
      }
    }
    // Near the border every second window may miss a corner: such a pixel waits for the next round.
    for (let at = 0; at < 3 * area; at++)
      if ((share[at] as number) > 0) planes[at] = (total[at] as number) / (share[at] as number)
  }
}

/** The windows that touch the hole, by their upper left pixel. */
function touchedWindows({ width, height, hole }: Holed): Uint32Array {
  const marked = new Uint8Array(hole.length)
  for (let at = 0; at < hole.length; at++) {
    if (hole[at] === 0) continue
    const [y, x] = [Math.floor(at / width), at % width]
    for (let row = Math.max(0, y - windowSize + 1); row <= Math.min(y, height - windowSize); row++)
      marked.fill(
        1,
        row * width + Math.max(0, x - windowSize + 1),
        row * width + Math.min(x, width - windowSize) + 1,
      )
  }
  return Uint32Array.from([...marked.keys()].filter((at) => marked[at] === 1))
}

const rowPass = new Float64Array(windowSize ** 2)
const coefficients = new Float64Array(windowSize ** 2)

/** One window without its small coefficients, into `into`; returns its weight, 1 / (number of coefficients kept). */
function thresholded(
  planes: Float32Array,
  from: number,
  width: number,
  threshold: number,
  into: Float64Array,
): number {
  for (let i = 0; i < windowSize; i++)
    for (let b = 0; b < windowSize; b++) {
      let sum = 0
      for (let j = 0; j < windowSize; j++)
        sum += (planes[from + i * width + j] as number) * (dctRows[b * windowSize + j] as number)
      rowPass[i * windowSize + b] = sum
    }
  let kept = 0
  for (let a = 0; a < windowSize; a++)
    for (let b = 0; b < windowSize; b++) {
      let sum = 0
      for (let i = 0; i < windowSize; i++)
        sum += (dctRows[a * windowSize + i] as number) * (rowPass[i * windowSize + b] as number)
      const keep = (a === 0 && b === 0) || Math.abs(sum) >= threshold
      coefficients[a * windowSize + b] = keep ? sum : 0
      if (keep) kept++
    }
  rowPass.fill(0)
  for (let a = 0; a < windowSize; a++)
    for (let b = 0; b < windowSize; b++) {
      const value = coefficients[a * windowSize + b] as number
      if (value === 0) continue
      for (let j = 0; j < windowSize; j++)
        rowPass[a * windowSize + j] =
          (rowPass[a * windowSize + j] as number) + value * (dctRows[b * windowSize + j] as number)
    }
  for (let i = 0; i < windowSize; i++)
    for (let j = 0; j < windowSize; j++) {
      let sum = 0
      for (let a = 0; a < windowSize; a++)
        sum += (dctRows[a * windowSize + i] as number) * (rowPass[a * windowSize + j] as number)
      into[i * windowSize + j] = sum
    }
  return 1 / kept
}
