const valueLimit = 300
const entryLimit = 60

/** The embedded notes worth showing; pictures and statistics of training stay in the file. */
export function shownMetadata(metadata: Record<string, string>): Record<string, string> {
  const shown: Record<string, string> = {}
  const worth = /^(modelspec\.|ss_|format$|name$|license$|author$|description$|trigger)/i
  const bulky = /thumbnail|tag_frequency|dataset_dirs|bucket_info|ss_datasets|hash_/i
  for (const [key, value] of Object.entries(metadata)) {
    if (Object.keys(shown).length >= entryLimit) break
    if (!worth.test(key) || bulky.test(key) || key.length > 100 || value === '') continue
    shown[key] = value.length > valueLimit ? `${value.slice(0, valueLimit - 1)}…` : value
  }
  return shown
}

function tagCounts(json: string): Map<string, number> {
  const counts = new Map<string, number>()
  if (json.length > 5_000_000) return counts
  let folders: unknown
  try {
    folders = JSON.parse(json)
  } catch {
    return counts // Notes of a training program: unreadable ones are simply not shown.
  }
  if (typeof folders !== 'object' || folders === null) return counts
  for (const tags of Object.values(folders)) {
    if (typeof tags !== 'object' || tags === null) continue
    for (const [tag, count] of Object.entries(tags as Record<string, unknown>)) {
      const name = tag.trim()
      if (typeof count === 'number' && name !== '') counts.set(name, (counts.get(name) ?? 0) + count)
    }
  }
  return counts
}

/**
 * Words that call an adapter up: what its author says, then the captions that at least half of the training
 * pictures of the commonest one share (kohya's ss_tag_frequency).
 */
export function triggerWordsOf(metadata: Record<string, string>): string[] {
  const words: string[] = []
  const said = metadata['modelspec.trigger_phrase'] ?? metadata['trigger_word'] ?? metadata['trigger_words']
  for (const word of (said ?? '').split(',')) if (word.trim() !== '') words.push(word.trim())
  const counts = [...tagCounts(metadata['ss_tag_frequency'] ?? '')].sort(([, a], [, b]) => b - a)
  const most = counts[0]?.[1] ?? 0
  for (const [tag, count] of counts) if (count * 2 >= most) words.push(tag)
  return [...new Set(words)].slice(0, 10).map((word) => word.slice(0, 100))
}
