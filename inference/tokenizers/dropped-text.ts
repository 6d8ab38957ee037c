const words = new Intl.Segmenter('und', { granularity: 'word' })

/**
 * The end of a text that does not fit into `room` ids: everything from the first word that is cut, as typed.
 * Words, because the beginning of a word can need more ids than the whole of it.
 */
export function droppedText(text: string, room: number, countIds: (part: string) => number): string {
  const starts = Array.from(words.segment(text), ({ index }) => index)
  let fits = 0
  let tooLong = starts.length
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >>> 1
    if (countIds(text.slice(0, starts[middle])) <= room) fits = middle
    else tooLong = middle
  }
  return text.slice(starts[fits] ?? 0)
}
