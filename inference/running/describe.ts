import type { ModelOverride } from '../../contract/model.ts'
import { probe } from '../checkpoints/probe.ts'
import type { ModelParts } from '../model-parts.ts'
import type { Family } from '../pipelines/pipeline.ts'
import { familyOf } from '../pipelines/registry.ts'
import type { ModelDescription } from '../protocol.ts'
import { schedulerChoices } from '../schedulers/scheduler.ts'
import { openModel } from './open-model.ts'

/** Passport, and the limits of a form when this process can run the model. Throws what `probe` throws. */
export async function describeModel(path: string, said: ModelOverride = {}): Promise<ModelDescription> {
  const found = await probe(path)
  const passport = said.family === undefined ? found : { ...found, family: said.family }
  if (passport.kind !== 'pipeline' || !passport.runs) return { passport }
  const parts = await openModel(path, undefined, said)
  return { passport, limits: limitsOf(familyOf(parts), parts) }
}

export function limitsOf(family: Family, parts: ModelParts): NonNullable<ModelDescription['limits']> {
  const ownControl = parts.components.controlnet !== undefined
  return { ...family.limits(parts), schedulers: schedulersOf(family), ...(ownControl ? { ownControl } : {}) }
}

export function schedulersOf(family: Family): string[] {
  const choices = schedulerChoices.filter((choice) => fits(choice, family))
  return ['auto', ...choices.map((choice) => choice.id)]
}

function fits(choice: (typeof schedulerChoices)[number], family: Family): boolean {
  return !('families' in choice) || (choice.families as readonly string[]).includes(family.schedule)
}
