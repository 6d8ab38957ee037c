import type { Pixels } from '../images/pixels.ts'
import { isFaded, unfaded } from './fading.ts'
import { inpaint } from './inpaint.ts'
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

/** `onPart`: after each tile, how far one of the parts is, 0..1; what it throws ends the run. */
export async function restore(
  graphs: RestorerGraphs,
  source: Pixels,
  wishes: RestoreWishes,
  onPart: (part: 'scratches' | 'jpeg' | 'noise', done: number, total: number) => Promise<void>,
): Promise<{ pixels: Pixels; found: Found }> {
  const found: Found = {}
  // Before anything is filled: what is filled has no traces.
  const traces = wishes.jpeg === 'off' ? undefined : jpegTraces(source)
  const base = await filled(source, wishes, found, onPart)
  if (wishes.strength === 0) return { pixels: base, found }
  let pixels = base
  const coarseness = traces?.coarseness ?? (wishes.jpeg === 'on' ? assumed : 0)
  if (coarseness > 0 && (wishes.jpeg === 'on' || coarseness >= coarse)) {
    found.jpeg = coarseness
    pixels = await graphs.deblock(pixels, quantisationNoise(coarseness), (done, total) =>
      onPart('jpeg', done, total),
    )
  }
  if (wishes.noise !== 'off') {
    const sigma = await graphs.noiseLevel(pixels)
    if (wishes.noise === 'on' || sigma >= noticeable) {
      found.noise = sigma * 255
      pixels = await graphs.denoise(pixels, sigma, (done, total) => onPart('noise', done, total))
    }
  }
  if (wishes.colour === 'on' || (wishes.colour === 'auto' && isFaded(pixels))) {
    found.faded = true
    pixels = unfaded(pixels)
  }
  return { pixels: blended(base, pixels, wishes.strength), found }
}

async function filled(
  source: Pixels,
  { scratches }: RestoreWishes,
  found: Found,
  onPart: Parameters<typeof restore>[3],
): Promise<Pixels> {
  const count = scratches?.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0) ?? 0
  if (scratches === undefined || count === 0) return source
  found.scratches = count / scratches.length
  let round = 0
  return inpaint(source, scratches, () => onPart('scratches', ++round, round + 1))
}

function blended(base: Pixels, clean: Pixels, strength: number): Pixels {
  if (strength >= 1) return clean
  const data = base.data.map((value, at) => {
    const change = (clean.data[at] as number) - value
    return Math.floor(value + strength * change + 0.5)
  })
  return { ...clean, data }
}
