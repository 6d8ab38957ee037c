import { SanggarError } from '../../contract/errors.ts'
import { type ModelParts, className } from '../model-parts.ts'
import { flux } from './flux.ts'
import { lcm } from './lcm.ts'
import type { Family } from './pipeline.ts'
import { sd3 } from './sd3.ts'
import { sdxl } from './sdxl.ts'
import { stableDiffusion } from './stable-diffusion.ts'
import { starter } from './starter.ts'
import { zImage } from './z-image.ts'

/** Every family; the first that recognises a model runs it. A new family is one file and one line here. */
export const families: readonly Family[] = [starter, lcm, sdxl, stableDiffusion, flux, sd3, zImage]

/** Throws 'model-unsupported'. */
export function familyOf(parts: ModelParts): Family {
  const family = families.find((candidate) => candidate.recognises(parts))
  if (family !== undefined) return family
  const kind = className(parts) || 'unknown'
  throw new SanggarError({ code: 'model-unsupported', path: parts.path, kind, reason: 'no such pipeline' })
}
