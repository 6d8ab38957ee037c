import type { GenerateRequest } from '../../contract/generation'
import type { Model } from '../../contract/model'
import { seedIsGood } from '../create/create-draft'
import { readsNegative } from '../create/guidance-draft'
import type { EditDraft } from '../state/studio'

export type Advanced = Pick<EditDraft, 'negativePrompt' | 'steps' | 'guidanceScale' | 'seed'>

export const isAdvanced = (draft: Advanced): boolean =>
  draft.negativePrompt !== '' || draft.steps !== null || draft.guidanceScale !== null || draft.seed !== ''

/** What of it is asked of this model. */
export function advancedOf(
  { negativePrompt, steps, guidanceScale, seed }: Advanced,
  model: Model,
): Partial<Pick<GenerateRequest, 'negativePrompt' | 'steps' | 'guidanceScale' | 'seed'>> {
  return {
    ...(negativePrompt.trim() !== '' && readsNegative({}, model) && { negativePrompt }),
    ...(steps !== null && { steps: Math.min(steps, model.limits?.maximumSteps ?? steps) }),
    ...(guidanceScale !== null && { guidanceScale }),
    ...(seed !== '' && seedIsGood(seed) && { seed }),
  }
}
