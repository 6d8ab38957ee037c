import type { Model } from '../../contract/model'
import type { CreateDraft } from './create-draft'

/**
 * How long it will take in milliseconds, from what was measured on this machine: time grows with pictures, steps
 * and pixels. Undefined until something was measured.
 */
export function forecast(draft: CreateDraft, model: Model): number | undefined {
  const { limits, millisecondsPerPicture: measured } = model
  if (measured === undefined || !limits) return undefined
  const steps = draft.steps ?? limits.defaultSteps
  const size = draft.size ?? { width: limits.defaultWidth, height: limits.defaultHeight }
  const pixels = (size.width * size.height) / (limits.defaultWidth * limits.defaultHeight)
  const share = draft.image ? draft.image.strength : 1
  return measured * draft.count * Math.max(steps / limits.defaultSteps, 0.1) * pixels * Math.max(share, 0.1)
}
