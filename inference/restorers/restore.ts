import type { Pixels } from '../images/pixels.ts'
import { windowSize } from './dct.ts'
import { isFaded, unfaded } from './fading.ts'
import { inpaint } from './inpaint.ts'
import { survived, withinSteps } from './jpeg-steps.ts'
import { jpegTraces, quantisationNoise } from './jpeg-traces.ts'
import type { RestorerGraphs } from './open-restorer.ts'

export type PartChoice = 'auto' | 'on' | 'off'

export type RestoreWishes = {
  jpeg: PartChoice
  noise: PartChoice
  colour: PartChoice
  /** 0 keeps the picture (but for its scratches), 1 restores it fully */
  strength: number
  /** non-zero: a scratch to be filled, one value for each pixel */
  scratches?: Uint8Array
}

/** What there was to do; absent: nothing. `noise`: deviation in levels of 255; `jpeg`: multiplier of the table */
export type Found = { scratches?: number; jpeg?: number; noise?: number; faded?: true }

/** Tables finer than this multiplier (about quality 85) leave nothing that is worth touching. */
const coarse = 0.3
/** what is assumed of a picture that shall be treated as a JPEG and shows no trace of one: quality 60 */
const assumed = 0.8
/** less noise than one level of 255 is not noise */
const noticeable = 1 / 255

export type Part = 'scratches' | 'jpeg' | 'noise'

/** After each tile, how far one of the parts is; what it throws ends the run. */
export type OnPart = (part: Part, done: number, total: number) => Promise<void>

export async function restore(
  graphs: RestorerGraphs,
  source: Pixels,
  wishes: RestoreWishes,
  onPart: OnPart,
): Promise<{ pixels: Pixels; found: Found }> {
  const found: Found = {}
  const base = await filled(source, wishes, found, onPart)
  if (wishes.strength === 0) return { pixels: base, found }
  // In the picture as it came: what was filled has no traces.
  const deblocked = await withoutBlocks(graphs, base, source, wishes, found, onPart)
  const denoised = await withoutNoise(graphs, deblocked, deblocked, wishes, found, onPart)
  const pixels = withoutFading(denoised, denoised, wishes, found)
  return { pixels: blended(base, pixels, wishes.strength), found }
}

async function filled(
  source: Pixels,
  { scratches }: RestoreWishes,
  found: Found,
  onPart: OnPart,
): Promise<Pixels> {
  const count = scratches?.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0) ?? 0
  if (scratches === undefined || count === 0) return source
  found.scratches = count / scratches.length
  let round = 0
  return inpaint(source, scratches, () => onPart('scratches', ++round, round + 1))
}

/** `whole`: where the traces are looked for; `at`: where `pixels` begin in it */
export async function withoutBlocks(
  graphs: RestorerGraphs,
  pixels: Pixels,
  whole: Pixels,
  { jpeg }: Pick<RestoreWishes, 'jpeg'>,
  found: Found,
  onPart: OnPart,
  at = { left: 0, top: 0 },
): Promise<Pixels> {
  if (jpeg === 'off') return pixels
  const traces = jpegTraces(whole)
  const coarseness = traces?.coarseness ?? (jpeg === 'on' ? assumed : 0)
  if (coarseness === 0 || (jpeg === 'auto' && coarseness < coarse)) return pixels
  found.jpeg = coarseness
  const sigma = quantisationNoise(coarseness, traces && survived(whole, traces))
  const made = await graphs.deblock(pixels, sigma, (done, total) => onPart('jpeg', done, total))
  if (traces === undefined) return made
  const inGrid = (start: number, from: number) => (((start - from) % windowSize) + windowSize) % windowSize
  const [top, left] = [inGrid(traces.top, at.top), inGrid(traces.left, at.left)]
  return withinSteps(made, pixels, { coarseness, top, left })
}

/** `whole`: where the noise is measured */
export async function withoutNoise(
  graphs: RestorerGraphs,
  pixels: Pixels,
  whole: Pixels,
  { noise }: Pick<RestoreWishes, 'noise'>,
  found: Found,
  onPart: OnPart,
): Promise<Pixels> {
  if (noise === 'off') return pixels
  const { most, likely } = await graphs.noiseLevel(whole)
  const sigma = noise === 'on' ? most : likely
  if (noise === 'auto' && sigma < noticeable) return pixels
  found.noise = sigma * 255
  return graphs.denoise(pixels, sigma, (done, total) => onPart('noise', done, total))
}

/** `whole`: whose tones say whether it has faded */
export function withoutFading(
  pixels: Pixels,
  whole: Pixels,
  { colour }: Pick<RestoreWishes, 'colour'>,
  found: Found,
): Pixels {
  if (colour === 'off' || (colour === 'auto' && !isFaded(whole))) return pixels
  found.faded = true
  return unfaded(pixels, whole)
}

export function blended(base: Pixels, clean: Pixels, strength: number): Pixels {
  if (strength >= 1) return clean
  const data = base.data.map((value, at) => {
    const change = (clean.data[at] as number) - value
    return Math.floor(value + strength * change + 0.5)
  })
  return { ...clean, data }
}
