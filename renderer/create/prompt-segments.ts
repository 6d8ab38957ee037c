export type Segment = { text: string; kind: 'plain' | 'weight' | 'choice' | 'break' | 'ignored' }

const syntax = /\([^()]*:\d*\.?\d+\)|\{[^{}]*\|[^{}]*\}|\bBREAK\b/g

/** The prompt cut into what is shown differently behind the text area. Joined, the texts are the prompt. */
export function segmentsOf(prompt: string, ignoredWords: readonly string[]): Segment[] {
  const segments: Segment[] = []
  let from = 0
  for (const match of prompt.matchAll(syntax)) {
    segments.push(...markIgnored(prompt.slice(from, match.index), ignoredWords))
    const kind = match[0].startsWith('(') ? 'weight' : match[0].startsWith('{') ? 'choice' : 'break'
    segments.push({ text: match[0], kind })
    from = match.index + match[0].length
  }
  segments.push(...markIgnored(prompt.slice(from), ignoredWords))
  return segments.filter((segment) => segment.text !== '')
}

function markIgnored(text: string, ignoredWords: readonly string[]): Segment[] {
  if (ignoredWords.length === 0) return [{ text, kind: 'plain' }]
  const ignored = new Set(ignoredWords.map((word) => word.toLowerCase()))
  return text
    .split(/([\p{L}\p{N}'’-]+)/u)
    .map((part) => ({
      text: part,
      kind: ignored.has(part.toLowerCase()) ? ('ignored' as const) : ('plain' as const),
    }))
}
