/** A stretch of one side of a picture that is run at once. */
export type Span = {
  /** first pixel that the network sees */
  start: number
  /** how many it sees */
  size: number
  /** what of it is kept: [from, to), overlapping its neighbours by the fade */
  from: number
  to: number
}

export type SpanOptions = {
  /** the largest stretch at once */
  tile: number
  /** what neighbours both see, at least */
  overlap: number
}

/**
 * Covers 0 … length in stretches of equal size. Where two meet, the outer quarter of what both see is thrown away on
 * either side (there the border shows) and the half between is faded from one into the other.
 */
export function spansOf(length: number, { tile, overlap }: SpanOptions): Span[] {
  if (length <= tile) return [{ start: 0, size: length, from: 0, to: length }]
  const count = Math.ceil((length - overlap) / (tile - overlap))
  const starts = Array.from({ length: count }, (_, i) => Math.round(((length - tile) * i) / (count - 1)))
  return starts.map((start, i) => {
    const before = starts[i - 1]
    const after = starts[i + 1]
    // A quarter of what this one and a neighbour both see.
    const margin = (left: number, right: number): number => Math.floor((left + tile - right) / 4)
    return {
      start,
      size: tile,
      from: before === undefined ? 0 : start + margin(before, start),
      to: after === undefined ? length : start + tile - margin(start, after),
    }
  })
}

/** How much of position `at` comes from the stretch that begins at `from`, when the one before goes on until `until`. */
export function fadeIn(at: number, from: number, until: number): number {
  return at >= until ? 1 : (at - from + 0.5) / (until - from)
}
