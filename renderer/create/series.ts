import { everyPrompt, withPrompts } from '../../contract/further-prompts'
import type { Model } from '../../contract/model'
import { samplerName } from '../../contract/sampler-names'
import { type CreateDraft, seedIsGood } from './create-draft'
import { type Series, type SeriesAxis, isTicked } from './series-draft'
import { type Style, styleOf } from './styles'

export const mostCells = 40
export type SeriesProblem = 'few' | 'many' | 'number' | 'range' | 'missing' | 'image'

/** One picture of the series: its label, and the draft that it is made from. */
export type Cell = { value: string; draft: CreateDraft; model: Model }
export type Cells = { cells: Cell[] } | { problem: SeriesProblem }

type Known = { model: Model; models: readonly Model[]; styles: readonly Style[]; language: 'en' | 'id' }

/** The pictures of a series, or why there are none. */
export function cellsOf(series: Series, draft: CreateDraft, known: Known): Cells {
  const cells = isTicked(series.axis) ? tickedCells(series, draft, known) : writtenCells(series, draft, known)
  if (!Array.isArray(cells)) return cells
  if (cells.length < 2) return { problem: 'few' }
  return cells.length > mostCells ? { problem: 'many' } : { cells }
}

function tickedCells({ axis, chosen }: Series, draft: CreateDraft, known: Known): Cell[] {
  const { model, models, styles, language } = known
  if (axis === 'model') {
    return models
      .filter(({ id }) => chosen.includes(id))
      .map((one) => ({ value: one.name, draft: { ...draft, model: one.id, scheduler: 'auto' }, model: one }))
  }
  if (axis === 'style') {
    return chosen.flatMap((id) => {
      const style = styleOf(id, styles)
      return style ? [{ value: style.name[language], draft: { ...draft, style: id }, model }] : []
    })
  }
  return (model.limits?.schedulers ?? [])
    .filter((scheduler) => chosen.includes(scheduler))
    .map((scheduler) => ({ value: samplerName(scheduler), draft: { ...draft, scheduler }, model }))
}

function writtenCells(
  { axis, text }: Series,
  draft: CreateDraft,
  { model }: Known,
): Cell[] | { problem: SeriesProblem } {
  if (axis === 'replace') return replacedCells(text, draft, model)
  if (axis === 'strength' && draft.image === null) return { problem: 'image' }
  if (axis === 'seed') {
    const seeds = parts(text)
    if (!seeds.every((seed) => seed !== '' && seedIsGood(seed))) return { problem: 'number' }
    return seeds.map((seed) => ({ value: seed, draft: { ...draft, seed }, model }))
  }
  const numbers = numbersOf(text)
  if (numbers === null) return { problem: 'number' }
  const [lowest, highest] = rangeOf(axis, model)
  if (numbers.some((number) => number < lowest || number > highest)) return { problem: 'range' }
  return numbers.map((number) => ({ value: String(number), draft: withNumber(draft, axis, number), model }))
}

function rangeOf(axis: SeriesAxis, { limits }: Model): [number, number] {
  if (axis === 'steps') return [1, limits?.maximumSteps ?? 150]
  return axis === 'guidance' ? [0, 20] : [0.05, 1]
}

function withNumber(draft: CreateDraft, axis: SeriesAxis, number: number): CreateDraft {
  if (axis === 'steps') return { ...draft, steps: Math.round(number) }
  if (axis === 'guidance') return { ...draft, guidanceScale: number }
  return { ...draft, image: draft.image && { ...draft.image, strength: number } }
}

/** "red, green": the first is what stands in the prompt, and each takes its place (A1111's Prompt S/R). */
function replacedCells(text: string, draft: CreateDraft, model: Model): Cell[] | { problem: SeriesProblem } {
  const [sought = '', ...others] = parts(text)
  if (sought === '') return []
  if (!everyPrompt(draft).some((words) => words.includes(sought))) return { problem: 'missing' }
  return [sought, ...others].map((word) => ({
    value: word,
    draft: withPrompts(draft, (words) => words.replaceAll(sought, word)),
    model,
  }))
}

const parts = (text: string) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part, index, all) => part !== '' && all.indexOf(part) === index)

const range = /^(-?[\d.]+)\s*[-–…]\s*(-?[\d.]+)(?:\s*\(\s*\+?\s*([\d.]+)\s*\)|\s*\[\s*(\d+)\s*\])?$/

/** "1, 2, 5", "1-5", "10-30 (+10)" and "0-1 [5]" as A1111 reads them; null where something is no number. */
export function numbersOf(text: string): number[] | null {
  const numbers = parts(text).flatMap((part) => {
    const found = range.exec(part)
    if (!found) return [Number(part)]
    const [from, to] = [Number(found[1]), Number(found[2])]
    const count = found[4] === undefined ? null : Number(found[4])
    if (count !== null) {
      const steps = Math.min(Math.max(count, 1), mostCells + 1)
      return Array.from({ length: steps }, (_, index) =>
        tidy(steps === 1 ? from : from + ((to - from) * index) / (steps - 1)),
      )
    }
    const step = Number(found[3] ?? 1)
    if (!(step > 0) || to < from) return [Number.NaN]
    const steps = Math.min(Math.floor((to - from) / step + 1e-9), mostCells)
    return Array.from({ length: steps + 1 }, (_, index) => tidy(from + index * step))
  })
  return numbers.every((number) => Number.isFinite(number)) ? [...new Set(numbers)] : null
}

const tidy = (number: number) => Math.round(number * 1000) / 1000
