import { wordPattern } from '../../contract/known-words'
import { type PromptProblem, type PromptTokenKind, parsePrompt } from '../../contract/prompt-syntax'

export type Segment = { text: string; kind: 'plain' | 'weight' | 'mark' | 'ignored' | 'problem' }
export type MarkedPrompt = {
  segments: Segment[]
  problems: PromptProblem[]
  /** names that nothing here answers to */
  unknownLists: string[]
  unknownAdapters: string[]
}

/** What the prompt may name, in lower case; undefined is not known yet. */
export type KnownNames = { lists?: ReadonlySet<string>; adapters?: ReadonlySet<string> }

const marks: ReadonlySet<PromptTokenKind> = new Set(['break', 'lora', 'embedding', 'choice', 'wildcard'])
/** as those are told apart that the model does not know */
const words = new RegExp(`(${wordPattern.source})`, 'u')
const brackets: ReadonlySet<PromptTokenKind> = new Set(['open', 'close', 'weight'])

/** The prompt cut into what is shown differently behind the text area. Joined, the texts are the prompt. */
export function markPrompt(
  prompt: string,
  ignoredWords: readonly string[],
  names: KnownNames = {},
): MarkedPrompt {
  const { tokens, problems, loras } = parsePrompt(prompt)
  const unknownLists = unknown(
    tokens
      .filter(({ kind }) => kind === 'wildcard')
      .map(({ start, end }) => prompt.slice(start + 2, end - 2)),
    names.lists,
  )
  const unknownAdapters = unknown(
    loras.map(({ name }) => name),
    names.adapters,
  )
  const ignored = new Set(ignoredWords.map((word) => word.toLowerCase()))
  const segments = tokens.flatMap(({ kind, start, end, weight }): Segment[] => {
    const text = prompt.slice(start, end)
    if (problems.some((problem) => problem.start < end && start < problem.end))
      return [{ text, kind: 'problem' }]
    if (kind === 'wildcard' && unknownLists.includes(text.slice(2, -2))) return [{ text, kind: 'problem' }]
    if (kind === 'lora' && loras.some((lora) => lora.start === start && unknownAdapters.includes(lora.name)))
      return [{ text, kind: 'problem' }]
    if (marks.has(kind)) return [{ text, kind: 'mark' }]
    const around = weight === 1 && !brackets.has(kind) ? 'plain' : 'weight'
    return kind === 'text' ? markIgnored(text, ignored, around) : [{ text, kind: around }]
  })
  return { segments: joined(segments), problems, unknownLists, unknownAdapters }
}

function unknown(names: readonly string[], known: ReadonlySet<string> | undefined): string[] {
  if (known === undefined) return []
  return [...new Set(names)].filter((name) => !known.has(name.toLowerCase()))
}

function markIgnored(text: string, ignored: ReadonlySet<string>, around: Segment['kind']): Segment[] {
  if (ignored.size === 0) return [{ text, kind: around }]
  return text
    .split(words)
    .filter((part) => part !== '')
    .map((part) => ({ text: part, kind: ignored.has(part.toLowerCase()) ? 'ignored' : around }))
}

/** Neighbours of one kind become one, so that a weighted group is one mark. */
function joined(segments: readonly Segment[]): Segment[] {
  const result: Segment[] = []
  for (const segment of segments) {
    const last = result.at(-1)
    if (last?.kind === segment.kind) result[result.length - 1] = { ...last, text: last.text + segment.text }
    else result.push(segment)
  }
  return result
}
