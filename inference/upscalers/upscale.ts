import { SanggarError } from '../../contract/errors.ts'
import { checkFinite } from '../pipelines/output-check.ts'
import { newPixels, type Pixels } from '../images/pixels.ts'
import { resize } from '../images/resample.ts'
import type { UpscalerNetwork } from './open-upscaler.ts'
import { fadeIn, spansOf, type Span } from './tiles.ts'

export type UpscaleOptions = {
  signal?: AbortSignal
  /** After every tile; what it throws ends the run (so that a queue can cancel). */
  onTile?: (done: number, total: number) => void | Promise<void>
  /** the largest tile's side; default 192 pixels */
  tile?: number
}

const usualTile = 192

/** One side: the stretches, and how long each is as the network sees it. */
type Axis = { spans: Span[]; size: number }

function axisOf(length: number, fixed: number | undefined, network: UpscalerNetwork, tile: number): Axis {
  const { multiple } = network
  const upTo = (value: number): number => Math.ceil(value / multiple) * multiple
  const largest = fixed ?? Math.max(multiple, Math.floor(tile / multiple) * multiple)
  const overlap = Math.min(network.overlap, Math.floor(largest / 2))
  const spans = spansOf(length, { tile: largest, overlap })
  return { spans, size: fixed ?? upTo(spans[0]?.size ?? length) }
}

/** What the network sees of a picture: [3, height, width] of 0..1; beyond the border the last pixel goes on. */
function cut(pixels: Pixels, rows: Span, columns: Span, height: number, width: number): Float32Array {
  const data = new Float32Array(3 * height * width)
  for (let y = 0; y < height; y++) {
    const row = Math.min(rows.start + y, pixels.height - 1) * pixels.width
    for (let x = 0; x < width; x++) {
      const at = (row + Math.min(columns.start + x, pixels.width - 1)) * pixels.channels
      for (let c = 0; c < 3; c++) {
        const from = pixels.channels === 1 ? 0 : c
        data[(c * height + y) * width + x] = (pixels.data[at + from] as number) / 255
      }
    }
  }
  return data
}

/** A row of tiles as it grows: samples of 0..1, interleaved, beginning at the first kept line. */
type Strip = { data: Float32Array; from: number; to: number }

/** Adds a tile to its strip, faded in over what its left neighbour has written. */
function addTile(
  strip: Strip,
  tile: Float32Array,
  size: [number, number],
  rows: Span,
  columns: Span,
  previous: Span | undefined,
  width: number,
  scale: number,
): void {
  const [height, tileWidth] = [size[0] * scale, size[1] * scale]
  const until = (previous?.to ?? columns.from) * scale
  for (let y = strip.from * scale; y < strip.to * scale; y++) {
    for (let x = columns.from * scale; x < columns.to * scale; x++) {
      const share = fadeIn(x, columns.from * scale, until)
      const at = ((y - strip.from * scale) * width * scale + x) * 3
      const source = (y - rows.start * scale) * tileWidth + (x - columns.start * scale)
      for (let c = 0; c < 3; c++) {
        const value = Math.min(1, Math.max(0, tile[c * height * tileWidth + source] as number))
        strip.data[at + c] =
          share === 1 ? value : (strip.data[at + c] as number) * (1 - share) + value * share
      }
    }
  }
}

const toByte = (value: number): number => {
  const rounded = Math.round(value * 255)
  return rounded - value * 255 === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded
}

/** Writes a strip, faded in over the strip above. */
function addStrip(result: Pixels, strip: Strip, above: Strip | undefined, scale: number): void {
  const until = (above?.to ?? strip.from) * scale
  const line = result.width * 3
  for (let y = strip.from * scale; y < strip.to * scale; y++) {
    const share = fadeIn(y, strip.from * scale, until)
    for (let i = 0; i < line; i++) {
      const value = strip.data[(y - strip.from * scale) * line + i] as number
      const before =
        share === 1 || above === undefined ? 0 : (above.data[(y - above.from * scale) * line + i] as number)
      result.data[y * line + i] = toByte(share === 1 ? value : before * (1 - share) + value * share)
    }
  }
}

async function enlarge(network: UpscalerNetwork, pixels: Pixels, options: UpscaleOptions): Promise<Pixels> {
  const { signal, onTile, tile = usualTile } = options
  const { scale } = network
  const vertical = axisOf(pixels.height, network.fixed?.[0], network, tile)
  const horizontal = axisOf(pixels.width, network.fixed?.[1], network, tile)
  const total = vertical.spans.length * horizontal.spans.length
  const result = newPixels(pixels.width * scale, pixels.height * scale, 3)
  let above: Strip | undefined
  let done = 0
  for (const rows of vertical.spans) {
    const data = new Float32Array((rows.to - rows.from) * scale * result.width * 3)
    const strip: Strip = { data, from: rows.from, to: rows.to }
    for (const [i, columns] of horizontal.spans.entries()) {
      if (signal?.aborted === true) throw new SanggarError({ code: 'cancelled' })
      const input = cut(pixels, rows, columns, vertical.size, horizontal.size)
      const answer = await network.run(input, vertical.size, horizontal.size)
      checkFinite(answer, 'upscaler')
      const size: [number, number] = [vertical.size, horizontal.size]
      addTile(strip, answer, size, rows, columns, horizontal.spans[i - 1], pixels.width, scale)
      done++
      await onTile?.(done, total)
    }
    addStrip(result, strip, above, scale)
    above = strip
  }
  return result
}

/**
 * A picture, `network.scale` times as large, in tiles without seams. Transparency is enlarged beside the colours.
 * Throws 'cancelled', 'inference-failed', 'out-of-memory'.
 */
export async function upscale(
  network: UpscalerNetwork,
  pixels: Pixels,
  options: UpscaleOptions = {},
): Promise<Pixels> {
  const colours = await enlarge(network, pixels, options)
  if (pixels.channels === 1)
    return { ...colours, channels: 1, data: colours.data.filter((_, i) => i % 3 === 0) }
  if (pixels.channels === 3) return colours
  const alpha: Pixels = { ...pixels, channels: 1, data: pixels.data.filter((_, i) => i % 4 === 3) }
  const large = resize(alpha, colours.width, colours.height)
  const result = newPixels(colours.width, colours.height, 4)
  for (let i = 0; i < large.data.length; i++) {
    result.data.set(colours.data.subarray(i * 3, i * 3 + 3), i * 4)
    result.data[i * 4 + 3] = large.data[i] as number
  }
  return result
}
