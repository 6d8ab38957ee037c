import type { Model } from '../../contract/model'

export type ModelFilter = { text: string; kind: Model['passport']['kind'] | '' }

export const noModelFilter: ModelFilter = { text: '', kind: '' }

/** So many are seen at a glance; more want to be looked for. */
export const seenAtAGlance = 8

/** Models with every word of the text somewhere in their name, family, description, place or trigger words. */
export function findModels(models: readonly Model[], { text, kind }: ModelFilter): readonly Model[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0 && kind === '') return models
  return models.filter(({ name, passport }) => {
    if (kind !== '' && passport.kind !== kind) return false
    const { family, detail, path, triggerWords } = passport
    const told = [name, family, detail, path, ...triggerWords].join('\n').toLowerCase()
    return words.every((word) => told.includes(word))
  })
}

/** What there is, with how many of it, in the order of the list. */
export function kindsOf(models: readonly Model[]): [Model['passport']['kind'], number][] {
  const counts = new Map<Model['passport']['kind'], number>()
  for (const { passport } of models) counts.set(passport.kind, (counts.get(passport.kind) ?? 0) + 1)
  return [...counts]
}
