/** Where tiles of `size` begin along one side, in latents; the last one ends with the side. */
export type TileAxis = { starts: number[]; size: number; length: number }

/** Tiles that share at least `overlap` with their neighbours, spread evenly. */
export function tileAxis(length: number, tile: number, overlap: number): TileAxis {
  if (length <= tile) return { starts: [0], size: length, length }
  const count = Math.ceil((length - overlap) / (tile - overlap))
  const starts = Array.from({ length: count }, (_, i) => Math.round((i * (length - tile)) / (count - 1)))
  return { starts, size: tile, length }
}

/**
 * Share of the tile that begins at `start` in each of its positions: rising and falling linearly where it has a
 * neighbour, in units of `scale` per latent.
 */
function shares(axis: TileAxis, start: number, scale: number): Float32Array {
  const { size, length, starts } = axis
  const i = starts.indexOf(start)
  const [previous, next] = [starts[i - 1], starts[i + 1]]
  const before = previous === undefined ? 0 : (previous + size - start) * scale
  const after = next === undefined ? 0 : (start + size - next) * scale
  const count = Math.min(size, length) * scale
  return Float32Array.from({ length: count }, (_, at) =>
    Math.min(ramp(at + 0.5, before), ramp(count - at - 0.5, after)),
  )
}

/** What a network makes of a tile's rim, where it cannot see on, is left out: this part of an overlap, on each side. */
const rim = 1 / 4

/** From 0 to 1 across the middle of an overlap of so many pixels. */
function ramp(at: number, overlap: number): number {
  if (overlap === 0) return 1
  return Math.min(1, Math.max(0, (at / overlap - rim) / (1 - 2 * rim)))
}

export type Grid = { rows: TileAxis; columns: TileAxis }

/** Size of what comes out (and of what goes in) per latent. */
export type Ratio = { input: number; output: number }

type Planar = { data: Float32Array; channels: number; height: number; width: number }

/**
 * Runs a network over tiles of `input` and joins what it answers by weighted means, so that where tiles meet there
 * is a slope and no edge. `run` gets and gives [channels, height, width].
 */
export async function inTiles(
  input: Planar,
  { rows, columns }: Grid,
  ratio: Ratio,
  run: (tile: Planar) => Promise<Planar>,
): Promise<Planar> {
  const [height, width] = [rows.length * ratio.output, columns.length * ratio.output]
  let result: Planar | undefined
  const totals = [sums(rows, ratio.output), sums(columns, ratio.output)] as const
  for (const top of rows.starts) {
    const vertical = shares(rows, top, ratio.output)
    for (const left of columns.starts) {
      const horizontal = shares(columns, left, ratio.output)
      const answer = await run(cut(input, top, left, rows.size, columns.size, ratio.input))
      const { channels } = answer
      result ??= { data: new Float32Array(channels * height * width), channels, height, width }
      for (let c = 0; c < channels; c++) {
        for (let y = 0; y < vertical.length; y++) {
          const row = top * ratio.output + y
          const weight = (vertical[y] as number) / (totals[0][row] as number)
          const from = (c * answer.height + y) * answer.width
          const to = (c * height + row) * width + left * ratio.output
          for (let x = 0; x < horizontal.length; x++) {
            const share = (horizontal[x] as number) / (totals[1][left * ratio.output + x] as number)
            result.data[to + x]! += (answer.data[from + x] as number) * weight * share
          }
        }
      }
    }
  }
  if (result === undefined) throw new Error('a grid without tiles')
  return result
}

function sums(axis: TileAxis, scale: number): Float32Array {
  const total = new Float32Array(axis.length * scale)
  for (const start of axis.starts) {
    shares(axis, start, scale).forEach((share, i) => {
      total[start * scale + i]! += share
    })
  }
  return total
}

function cut(input: Planar, top: number, left: number, rows: number, columns: number, scale: number): Planar {
  const [height, width] = [rows * scale, columns * scale]
  const data = new Float32Array(input.channels * height * width)
  for (let c = 0; c < input.channels; c++) {
    for (let y = 0; y < height; y++) {
      const from = (c * input.height + top * scale + y) * input.width + left * scale
      data.set(input.data.subarray(from, from + width), (c * height + y) * width)
    }
  }
  return { data, channels: input.channels, height, width }
}
