import type { Pixels } from '../images/pixels.ts'
import { luminance } from './dct.ts'

// [Note: Fading] A faded print has no black and no white left, and its darkest tones are tinted. Many good photos have
// no black or no white either, so by itself the stretch happens only where all three are true, where every channel has
// lost its black, and where all channels share some tones: a photo of one strong colour (an eye's retina) has none. Haze
// and grey things in warm light look like that too. But the colour of light multiplies, dark tones as light ones, and
// what fading adds to black does not; and in a print what was black lies heaped up at its darkest tone, where a photo
// without black thins out. One of the two must be plain. The
// same numbers stand in models/training/restore/fading.py, where they were measured.

/** share of pixels that are left out at either end of a histogram */
const tail = 0.005
/** what the darkest and lightest luminance must have come to, and how different the blacks of the channels must be */
const darkest = 45
const lightest = 225
const tint = 8
/** what each channel's darkest must have come to */
const raised = 20
/** how different the blacks must still be under the light that the whites show */
const ownTint = 10
/** or how much darker than the darkest tone the very last pixels may be, as a share of all tones */
const foot = 0.06
/** where the ends of a channel go, and by how much it is stretched at most */
const black = 8
const white = 247
const mostGain = 3

/** The values below and above which a share of `left` lies. */
export function ends(counts: Uint32Array, left = tail): [low: number, high: number] {
  const total = counts.reduce((sum, count) => sum + count, 0)
  let [low, high] = [255, 255]
  let seen = 0
  for (const [value, count] of counts.entries()) {
    seen += count
    if (low === 255 && seen > left * total) low = value
    if (seen >= (1 - left) * total) {
      high = value
      break
    }
  }
  return [low, high]
}

function histograms({ data }: Pixels): [Uint32Array, Uint32Array, Uint32Array, Uint32Array] {
  const counts: ReturnType<typeof histograms> = [
    new Uint32Array(256),
    new Uint32Array(256),
    new Uint32Array(256),
    new Uint32Array(256),
  ]
  const [red, green, blue, gray] = counts
  for (let at = 0; at + 2 < data.length; at += 3) {
    const [r, g, b] = [data[at] as number, data[at + 1] as number, data[at + 2] as number]
    red[r] = (red[r] as number) + 1
    green[g] = (green[g] as number) + 1
    blue[b] = (blue[b] as number) + 1
    const value = Math.floor(r * luminance[0] + g * luminance[1] + b * luminance[2] + 0.5)
    gray[value] = (gray[value] as number) + 1
  }
  return counts
}

/** Whether an RGB picture has faded; see [Note: Fading]. */
export function isFaded(pixels: Pixels): boolean {
  const [red, green, blue, gray] = histograms(pixels)
  const [dark, light] = ends(gray)
  const channels = [red, green, blue].map((counts) => ends(counts))
  const lows = channels.map(([low]) => low)
  const brightest = channels.reduce((sum, [, high]) => sum + high / 3, 0)
  const unlit = channels.map(([low, high]) => (low / high) * brightest)
  const lowest = Math.min(...lows)
  const highest = Math.max(...lows)
  const shared = Math.min(...channels.map(([, high]) => high))
  const hasNoBlackOrWhite = dark >= darkest && light <= lightest && lowest >= raised
  const isTinted = Math.max(...unlit) - Math.min(...unlit) >= ownTint
  const isHeapedUp = dark - ends(gray, tail / 100)[0] <= foot * (light - dark)
  return hasNoBlackOrWhite && highest - lowest >= tint && highest < shared && (isTinted || isHeapedUp)
}

/** Every channel of an RGB picture stretched to black and white from its own ends, or from those of the whole. */
export function unfaded(pixels: Pixels, whole: Pixels = pixels): Pixels {
  const tables = histograms(whole)
    .slice(0, 3)
    .map((counts) => tableOf(ends(counts)))
  return { ...pixels, data: pixels.data.map((value, at) => tables[at % 3]?.[value] ?? value) }
}

function tableOf([low, high]: [number, number]): Uint8Array {
  const gain = Math.min((white - black) / Math.max(high - low, 1), mostGain)
  return Uint8Array.from({ length: 256 }, (_, value) => {
    const stretched = (value - (low + high) / 2) * gain + (black + white) / 2
    return Math.floor(Math.min(255, Math.max(0, stretched)) + 0.5)
  })
}
