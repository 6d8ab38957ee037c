import { freemem } from 'node:os'
import type { Component } from '../model-parts.ts'
import type { Grid } from './tiles.ts'
import { tileAxis } from './tiles.ts'

/** Usual tile: 64 latents, 512 pixels of Stable Diffusion; a quarter of it is shared with each neighbour. */
const usualTile = 64
const sharedPart = 4
/** Feature maps of full width that are alive at once at the widest place of a decoder, as measured. */
const alive = 3
const usualWidth = 256
const usualFactor = 8
const bytesPerValue = 4
const partForMaps = 0.6

/** Bytes that an autoencoder needs for a picture besides its weights, from the widths in its config.json. */
export function neededMemory(config: Component['config'], pixels: number): number {
  const widths = config['block_out_channels']
  // The second level's maps are enlarged to the picture's size before the first level narrows them.
  const second: unknown = Array.isArray(widths) ? (widths[1] ?? widths[0]) : undefined
  return pixels * (typeof second === 'number' ? second : usualWidth) * alive * bytesPerValue
}

/**
 * The tiles in which to work, or undefined for the whole picture at once: when memory does not hold it, or when the
 * graph takes one size only.
 *
 * @param rows latents
 * @param fixed the graph's own [rows, columns] in latents
 */
export function gridFor(
  component: Component,
  [rows, columns]: readonly [number, number],
  factor: number,
  fixed: readonly [number, number] | undefined,
  ceiling: number,
): Grid | undefined {
  if (fixed !== undefined && (fixed[0] < rows || fixed[1] < columns)) {
    return {
      rows: tileAxis(rows, fixed[0], Math.trunc(fixed[0] / sharedPart)),
      columns: tileAxis(columns, fixed[1], Math.trunc(fixed[1] / sharedPart)),
    }
  }
  return neededMemory(component.config, rows * columns * factor ** 2) <= availableMemory(ceiling) / 2
    ? undefined
    : usualGrid(rows, columns)
}

/** Bytes, under the ceiling if there is one (0: none). */
function availableMemory(ceiling: number): number {
  return ceiling > 0 ? Math.min(ceiling, freemem()) : freemem()
}

/** Bytes that maps between stages may take; the rest is for a strip and its networks. */
export function memoryForMaps(ceiling: number): number {
  return availableMemory(ceiling) * partForMaps
}

/** Bytes of a float32 map of a usual decoder at the picture's size: of a tile, or of a strip that takes its place. */
export function stripMemory(tile: number): number {
  return (tile * usualFactor) ** 2 * usualWidth * bytesPerValue
}

/** Ever smaller tiles, for when memory does not hold the larger ones. */
export const tileSizes = [usualTile, usualTile / 2, usualTile / 4] as const

export function usualGrid(rows: number, columns: number, tile: number = usualTile): Grid {
  const overlap = tile / sharedPart
  return { rows: tileAxis(rows, tile, overlap), columns: tileAxis(columns, tile, overlap) }
}

/** The sides that a graph's first input fixes, in units of `per` latents. */
export function fixedSides(
  component: Component,
  input: string,
  per: number,
): readonly [number, number] | undefined {
  const [rows, columns] = component.shapes[input]?.slice(2) ?? []
  return typeof rows === 'number' && typeof columns === 'number' ? [rows / per, columns / per] : undefined
}
