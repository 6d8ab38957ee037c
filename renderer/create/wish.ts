import type { JobRequestInput } from '../../contract/generation'
import type { Model } from '../../contract/model'
import { type CreateDraft, requestOf } from './create-draft'
import { type SeriesProblem, cellsOf } from './series'
import type { Style } from './styles'

type Context = {
  model: Model
  models: readonly Model[]
  styles: readonly Style[]
  language: 'en' | 'id'
  /** of things that are drawn: seeds, names */
  newSeed: () => string
  newId: () => string
}

/**
 * What Generate asks for: one request, or one per picture of a series. The pictures of a series share their seed,
 * so that only what is compared differs.
 */
export function requestsOf(
  draft: CreateDraft,
  context: Context,
): { requests: JobRequestInput[] } | { problem: SeriesProblem } {
  const { model, styles, language } = context
  if (draft.series === null) return { requests: [requestOf(draft, model, language, styles)] }
  const { axis } = draft.series
  const seed = draft.seed === '' ? context.newSeed() : draft.seed
  const found = cellsOf(draft.series, { ...draft, seed }, context)
  if ('problem' in found) return found
  const id = context.newId()
  return {
    requests: found.cells.map(({ value, draft: cell, model: drawing }, index) => ({
      ...requestOf(cell, drawing, language, styles),
      batch: { id, axis, index, total: found.cells.length, value: value.slice(0, 200) },
    })),
  }
}
