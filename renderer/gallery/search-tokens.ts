export const tokenKeys = ['model', 'seed', 'size', 'after', 'before', 'tag', 'star'] as const
export type TokenKey = (typeof tokenKeys)[number]
export type Token = { key: TokenKey; value: string }
export type Search = { tokens: Token[]; words: string }

const tokenPattern = new RegExp(`(?:^|\\s)(${tokenKeys.join('|')}):("[^"]*"|[^"\\s]\\S*)(?=\\s)`, 'gi')

/**
 * Takes the finished tokens (those followed by a blank) out of what is typed: they become chips, the rest stays
 * in the box.
 */
export function takeTokens(typed: string): Search {
  const tokens: Token[] = []
  const words = typed.replaceAll(tokenPattern, (_whole, key: string, value: string) => {
    tokens.push({ key: key.toLowerCase() as TokenKey, value: value.replaceAll('"', '') })
    return ''
  })
  return { tokens, words: tokens.length > 0 ? words.trimStart() : typed }
}

export function showToken({ key, value }: Token): string {
  return `${key}:${/\s/.test(value) ? `"${value}"` : value}`
}

/** The text that the core searches with: see imageQuerySchema. */
export function searchText({ tokens, words }: Search): string {
  return [...tokens.map(showToken), words.trim()].filter((part) => part !== '').join(' ')
}
