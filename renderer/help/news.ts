export type News = { version: string; text: string }

/** The "## 1.2.3" parts of a what's-new text that are newer than `seen`; all of them for "". */
export function newsSince(markdown: string, seen: string): News[] {
  return markdown
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const [version = '', ...rest] = part.split('\n')
      return { version: version.trim(), text: rest.join('\n').trim() }
    })
    .filter(({ version }) => seen === '' || isNewer(version, seen))
}

/** Numbers, not letters: 0.10.0 is newer than 0.9.0. */
export function isNewer(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split('.').map((part) => Number.parseInt(part, 10) || 0))
  for (let at = 0; at < 3; at++) {
    const difference = (a?.[at] ?? 0) - (b?.[at] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return false
}
