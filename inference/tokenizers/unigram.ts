const unknownPenalty = 10

type UnigramModel = {
  vocab: [string, number][]
  unk_id?: number | null | undefined
  byte_fallback?: boolean | undefined
}

/**
 * The most probable segmentation under a unigram language model (Kudo 2018), by Viterbi over code points.
 * Ties go to the path found first, which is the one with the longer last piece; neighbouring unknowns
 * become one.
 *
 * @throws RangeError when the unknown piece is not in the vocabulary
 */
export function readUnigram(model: UnigramModel): (word: string) => number[] {
  const { vocab: pieces, unk_id: unknown } = model
  if (unknown !== null && unknown !== undefined && unknown >= pieces.length)
    throw new RangeError('unk_id lies outside the vocabulary')
  const ids = new Map<string, number>()
  let longest = 1
  let lowest = Infinity
  for (const [index, [piece, score]] of pieces.entries()) {
    ids.set(piece, index)
    if (piece.length > longest) longest = piece.length
    if (score < lowest) lowest = score
  }
  const unknownScore = lowest - unknownPenalty
  const unknownId = unknown ?? -1
  const byteIds = model.byte_fallback === true ? fallbackBytes(ids) : undefined

  return (word) => {
    const scores = new Float64Array(word.length + 1)
    const starts = new Int32Array(word.length + 1).fill(-1)
    const chosen = new Int32Array(word.length + 1)
    starts[0] = 0
    const reach = (from: number, to: number, score: number, id: number): void => {
      const total = (scores[from] ?? 0) + score
      if (starts[to] !== -1 && total <= (scores[to] ?? 0)) return
      scores[to] = total
      starts[to] = from
      chosen[to] = id
    }
    for (let at = 0; at < word.length;) {
      const width = (word.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
      let single = false
      const limit = Math.min(longest, word.length - at)
      for (let length = width; length <= limit; length++) {
        const id = ids.get(word.slice(at, at + length))
        if (id === undefined) continue
        reach(at, at + length, pieces[id]?.[1] ?? 0, id)
        if (length === width) single = true
      }
      if (!single) reach(at, at + width, unknownScore, unknownId)
      at += width
    }
    return trace(word, starts, chosen, unknownId).flatMap(([id, piece]) => {
      if (id !== unknownId) return [id]
      const known = ids.get(piece)
      if (known !== undefined) return [known]
      const bytes =
        byteIds === undefined ? undefined : [...Buffer.from(piece, 'utf8')].map((byte) => byteIds[byte])
      if (bytes?.every((byte) => byte !== undefined)) return bytes
      return unknownId < 0 ? [] : [unknownId]
    })
  }
}

/** The best path from the start, runs of unknown pieces joined. */
function trace(word: string, starts: Int32Array, chosen: Int32Array, unknown: number): [number, string][] {
  const path: [number, string][] = []
  for (let end = word.length; end > 0; end = starts[end] ?? 0) {
    const id = chosen[end] ?? unknown
    const piece = word.slice(starts[end], end)
    const last = path.at(-1)
    if (id === unknown && last?.[0] === unknown) last[1] = piece + last[1]
    else path.push([id, piece])
  }
  return path.reverse()
}

function fallbackBytes(ids: Map<string, number>): (number | undefined)[] {
  return Array.from({ length: 256 }, (_, byte) =>
    ids.get(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`),
  )
}
