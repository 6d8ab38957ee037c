import type { ForecastItem } from '../../contract/forecast'
import type { Job } from '../../contract/job'
import type { Model } from '../../contract/model'

/** What waits, as the core's forecast asks for it. Enlarging and restoring are not foretold: nothing is left out else. */
export function forecastItems(waiting: readonly Job[], models: readonly Model[]): ForecastItem[] {
  return waiting.flatMap(({ request }): ForecastItem[] => {
    if (request.kind !== 'generate') return []
    const limits = models.find(({ id }) => id === request.model)?.limits
    if (!limits) return []
    const share = request.image?.strength ?? 1
    return [
      {
        model: request.model,
        width: request.width ?? limits.defaultWidth,
        height: request.height ?? limits.defaultHeight,
        steps: Math.max(1, Math.round((request.steps ?? limits.defaultSteps) * share)),
        finish: request.finish,
        count: request.count,
      },
    ]
  })
}
