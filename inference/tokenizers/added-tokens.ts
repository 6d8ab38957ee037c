import type { AddedToken } from './tokenizer-json.ts'

/** A stretch of text, or a token that stands for itself. */
export type Section = { text: string; id?: number }

type Entry = { token: AddedToken; content: string }

/**
 * Finds tokens that were added to a vocabulary: from left to right, the longest at each place, as the
 * reference's Aho-Corasick does. `content` is how a token is spelled in the text searched.
 */
export function findAddedTokens(entries: Entry[]): (text: string) => Section[] {
  const byFirst = new Map<string, Entry[]>()
  for (const entry of entries) {
    const first = entry.content[0]
    if (first === undefined) continue
    const list = byFirst.get(first) ?? []
    list.push(entry)
    byFirst.set(first, list)
  }
  for (const list of byFirst.values()) list.sort((a, b) => b.content.length - a.content.length)

  return (text) => {
    const sections: Section[] = []
    let done = 0
    let at = 0
    while (at < text.length) {
      const entry = byFirst.get(text[at] ?? '')?.find(({ content }) => text.startsWith(content, at))
      if (entry === undefined) {
        at++
        continue
      }
      const end = at + entry.content.length
      if (entry.token.single_word && (endsWithWord(text.slice(0, at)) || startsWithWord(text.slice(end)))) {
        at = end
        continue
      }
      const from = entry.token.lstrip ? skipLeft(text, at, done) : at
      const to = entry.token.rstrip ? skipRight(text, end) : end
      if (from > done) sections.push({ text: text.slice(done, from) })
      sections.push({ text: text.slice(from, to), id: entry.token.id })
      done = to
      at = to
    }
    if (done < text.length) sections.push({ text: text.slice(done) })
    return sections
  }
}

const whiteSpace = /\p{White_Space}/u
const endsWithWord = (text: string): boolean => /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]$/u.test(text)
const startsWithWord = (text: string): boolean => /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]/u.test(text)

function skipLeft(text: string, at: number, limit: number): number {
  let from = at
  while (from > limit && whiteSpace.test(text[from - 1] ?? '')) from--
  return from
}

function skipRight(text: string, at: number): number {
  let to = at
  while (to < text.length && whiteSpace.test(text[to] ?? '')) to++
  return to
}
