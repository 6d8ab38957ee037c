/**
 * The person's own rules about words in prompts, as text that they read and edit:
 *
 *     # a comment
 *     blur: naked, nude*
 *     ask: gore, "dead body"
 *
 * `blur` covers what comes of such a prompt, `ask` asks before it is made. Words are whole words whatever their
 * case, `*` stands for up to 40 letters, twice in a word at
 * most. Nothing is ever refused or thrown away.
 */
export type PromptRuleAction = 'blur' | 'ask'
export type PromptRule = { action: PromptRuleAction; words: string; pattern: RegExp }
export type PromptRules = {
  rules: PromptRule[]
  /** lines that are no rule, from 1 */
  unreadable: number[]
}

/** What the setting holds until somebody writes rules of their own. English, then Indonesian. */
export const usualPromptRules = `# blur: what comes of a prompt with these words is shown blurred.
# ask: Sanggar asks before it makes anything. * stands for any letters.

# English
blur: nude*, naked, nsfw, topless, porn*, erotic*
ask: gore, gory, behead*, mutilat*

# Bahasa Indonesia
blur: telanjang*, bugil, porno*, erotis
ask: mutilasi, pemenggalan, berdarah-darah
`

const line = /^(blur|ask)\s*:\s*(.+)$/i
const letter = String.raw`[\p{L}\p{M}\p{N}_]`
/** Together they keep the work for hostile rules and prompts in bounds. */
const lettersPerStar = 40
const starsPerRule = 2

export function readPromptRules(text: string): PromptRules {
  const read: PromptRules = { rules: [], unreadable: [] }
  for (const [index, raw] of text.split('\n').entries()) {
    const trimmed = raw.trim()
    if (trimmed === '' || trimmed.startsWith('#')) continue
    const [, action = '', list = ''] = line.exec(trimmed) ?? []
    const words = list
      .split(',')
      .map((word) => word.trim().replaceAll(/^"|"$/g, ''))
      .filter((word) => /[\p{L}\p{N}]/u.test(word) && (word.match(/\*+/g) ?? []).length <= starsPerRule)
    if (words.length === 0) read.unreadable.push(index + 1)
    for (const word of words) {
      read.rules.push({
        action: action.toLowerCase() as PromptRuleAction,
        words: word,
        pattern: patternOf(word),
      })
    }
  }
  return read
}

function patternOf(words: string): RegExp {
  const escaped = words
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\\^$.+?()[\]{}|/]/g, '\\$&')
    .replaceAll(/\s+/g, '\\s+')
    .replaceAll(/\*+/g, `${letter}{0,${lettersPerStar}}`)
  return new RegExp(`(?<!${letter})${escaped}(?!${letter})`, 'u')
}

/** The rules' words that stand in `prompt`, each once, by what they ask for. */
export function matchPromptRules(text: string, prompt: string): Record<PromptRuleAction, string[]> {
  const plain = prompt.normalize('NFKC').toLowerCase()
  const matching = readPromptRules(text).rules.filter(({ pattern }) => pattern.test(plain))
  const wordsOf = (action: PromptRuleAction) => [
    ...new Set(matching.filter((rule) => rule.action === action).map(({ words }) => words)),
  ]
  return { blur: wordsOf('blur'), ask: wordsOf('ask') }
}
