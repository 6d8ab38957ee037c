/** A text and what is selected in it, offsets as in a text area. */
export type Selected = { text: string; start: number; end: number }

const weighted = /^\((.*):(\d*\.?\d+)\)$/s
const lowest = 0.1
const highest = 2

/**
 * Raises or lowers the weight of the selected words, as people know it from other programs: `cat` becomes
 * `(cat:1.1)`, `(cat:1.1)` becomes `(cat:1.2)`, and weight 1 needs no brackets. Without a selection the word at
 * the cursor is taken. The words stay selected, so that the key can be pressed again.
 */
export function changeWeight(selected: Selected, change: number): Selected {
  const { text } = selected
  const found = surrounding(text, selected.start, selected.end) ?? wordAt(text, selected.start, selected.end)
  if (!found) return selected
  const chunk = text.slice(found.start, found.end)
  const match = weighted.exec(chunk)
  const words = match?.[1] ?? chunk
  const weight = clamp(Math.round(((match ? Number(match[2]) : 1) + change) * 100) / 100)
  const plain = weight === 1
  const replacement = plain ? words : `(${words}:${weight})`
  const start = found.start + (plain ? 0 : 1)
  return {
    text: text.slice(0, found.start) + replacement + text.slice(found.end),
    start,
    end: start + words.length,
  }
}

const clamp = (weight: number) => Math.min(Math.max(weight, lowest), highest)

/** The `(words:1.2)` that the selection lies in, if it lies in one. */
function surrounding(text: string, start: number, end: number): { start: number; end: number } | null {
  for (const match of text.matchAll(/\([^()]*:\d*\.?\d+\)/g)) {
    const from = match.index
    const to = from + match[0].length
    if (from <= start && end <= to) return { start: from, end: to }
  }
  return null
}

/** The selection without blanks at its ends, or the word at the cursor. */
function wordAt(text: string, start: number, end: number): { start: number; end: number } | null {
  let from = start
  let to = end
  if (from === to) {
    while (from > 0 && isWord(text[from - 1])) from--
    while (to < text.length && isWord(text[to])) to++
  }
  while (from < to && text[from] === ' ') from++
  while (to > from && text[to - 1] === ' ') to--
  return from === to ? null : { start: from, end: to }
}

const isWord = (character: string | undefined) =>
  character !== undefined && /[^\s,.;:()[\]{}|]/u.test(character)
