const pieceLength = 1 << 16

/** The same text in fewer and longer pieces: a row by itself costs a stream more than its letters. */
export function* inPieces(text: Iterable<string | Buffer>): Generator<string | Buffer> {
  let held = ''
  for (const piece of text) {
    if (typeof piece !== 'string') {
      if (held !== '') yield held
      held = ''
      yield piece
      continue
    }
    held += piece
    if (held.length >= pieceLength) {
      yield held
      held = ''
    }
  }
  if (held !== '') yield held
}
