import { useEffect, useState } from 'react'
import type { Forecast, ForecastItem } from '../../contract/forecast'
import type { Model } from '../../contract/model'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { type CreateDraft, startOf } from './create-draft'
import type { Cells } from './series'
import { type Size, drawnSize } from './shapes'

/** What a draft will make, as the core's forecast asks for it; `source` is the size of the picture it begins with. */
export function itemsOf(
  draft: CreateDraft,
  model: Model,
  cells: Cells | null,
  source?: Size,
): ForecastItem[] {
  if (cells && 'problem' in cells) return []
  const pieces = cells?.cells ?? [{ draft, model }]
  return pieces.flatMap(({ draft: piece, model: drawing }): ForecastItem[] => {
    const { limits } = drawing
    if (!limits) return []
    const start = startOf(piece, drawing)
    const size = drawnSize(piece.size, limits, start ? source : undefined)
    const share = start?.strength ?? 1
    const steps = Math.max(1, Math.round((piece.steps ?? limits.defaultSteps) * share))
    return [{ model: drawing.id, ...size, steps, finish: piece.finish, count: piece.count }]
  })
}

const settleTime = 150

/** Asked again when the wish changes and after every picture: each one makes the next forecast better. */
export function useForecast(items: readonly ForecastItem[]): Forecast | null {
  const { api, library } = useStudio()
  const version = useStore(library)
  const [forecast, setForecast] = useState<Forecast | null>(null)
  const question = items.length === 0 ? null : JSON.stringify({ items, version })
  useEffect(() => {
    if (question === null) return undefined
    let current = true
    const timer = setTimeout(() => {
      void api
        .call('forecast.get', { items: (JSON.parse(question) as { items: ForecastItem[] }).items })
        .then((answer) => current && setForecast(answer.ok ? answer.value : null))
    }, settleTime)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [api, question])
  return question === null ? null : forecast
}

/** More memory than may be used: the run would end in the middle. */
export const isTooMuch = ({ memory, memoryLimit }: Forecast) => memory !== undefined && memory > memoryLimit
