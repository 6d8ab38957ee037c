import type { Pixels } from '../images/pixels.ts'
import { crop, type Region } from '../images/placement.ts'
import type { RestorerGraphs } from './open-restorer.ts'
import {
  blended,
  type Found,
  type OnPart,
  type RestoreWishes,
  withoutBlocks,
  withoutFading,
  withoutNoise,
} from './restore.ts'

/** what the filters see around a pixel, and a little more */
const reach = 32
/** what is looked at around the part to find what there is to do, so that a large photo does not take seconds */
const looked = { width: 1536, height: 1152 }

/** The part and what is around it, up to these sides or as far as the picture goes. */
function around(
  { width, height }: Pixels,
  { left, top, ...part }: Region,
  sides: { width: number; height: number },
): Region {
  const along = (start: number, length: number, side: number, whole: number): [number, number] => {
    const size = Math.min(whole, Math.max(side, length))
    return [Math.min(Math.max(start - ((size - length) >> 1), 0), whole - size), size]
  }
  const [x, across] = along(left, part.width, sides.width, width)
  const [y, down] = along(top, part.height, sides.height, height)
  return { left: x, top: y, width: across, height: down }
}

/**
 * [Note: Preview of restoring] A part of the picture as `restore` would make it in the whole. The filters run on the part
 * alone, with what they reach around it. What there is to do is found in the whole, with three exceptions that make it
 * quick and nearly never another picture: noise and JPEG traces of a picture of more than 2 megapixels are looked for
 * around the part only; after traces were taken out the noise that is left is measured in the part; and the ends of
 * faded channels are those of the picture before its noise was taken away.
 */
export async function restoreWindow(
  graphs: RestorerGraphs,
  source: Pixels,
  wishes: Omit<RestoreWishes, 'scratches'>,
  window: Region,
  onPart: OnPart,
): Promise<{ pixels: Pixels; found: Found }> {
  const found: Found = {}
  const seen = around(source, window, {
    width: window.width + 2 * reach,
    height: window.height + 2 * reach,
  })
  const before = crop(source, seen)
  const large = source.width * source.height > looked.width * looked.height
  const searched = large ? around(source, window, looked) : { ...source, left: 0, top: 0 }
  const whole = large ? crop(source, searched) : source
  const at = { left: seen.left - searched.left, top: seen.top - searched.top }
  const deblocked = await withoutBlocks(graphs, before, whole, wishes, found, onPart, at)
  const denoised = await withoutNoise(
    graphs,
    deblocked,
    deblocked === before ? whole : deblocked,
    wishes,
    found,
    onPart,
  )
  const pixels = blended(before, withoutFading(denoised, source, wishes, found), wishes.strength)
  return {
    pixels: crop(pixels, { ...window, left: window.left - seen.left, top: window.top - seen.top }),
    found,
  }
}
