import { SanggarError } from '../../contract/errors.ts'
import { floorSize } from '../images/placement.ts'
import type { PictureRequest } from '../pipelines/pipeline.ts'
import type { GenerateTask, ModelDescription } from '../protocol.ts'
import { chooseScheduler } from '../schedulers/scheduler.ts'
import type { LoadedModel } from './loaded-models.ts'

type Limits = NonNullable<ModelDescription['limits']>
export type Size = { width: number; height: number }

/** The size to make: as asked, or the source picture's as near as the model can, or the model's own. */
export function sizeOf(task: GenerateTask, limits: Limits): Size {
  const size = {
    width: task.width ?? sourceSize(task, limits)?.width ?? limits.defaultWidth,
    height: task.height ?? sourceSize(task, limits)?.height ?? limits.defaultHeight,
  }
  for (const side of [size.width, size.height]) {
    if (side < limits.minimum || side > limits.maximum || side % limits.multiple !== 0) {
      const { minimum, maximum, multiple } = limits
      throw new SanggarError({ code: 'size-unsupported', ...size, minimum, maximum, multiple })
    }
  }
  return size
}

function sourceSize({ image, mask }: GenerateTask, limits: Limits): Size | undefined {
  if (image === undefined || mask?.onlyMasked === true) return undefined
  const { minimum, maximum, multiple } = limits
  const shrink = Math.min(1, maximum / Math.max(image.width, image.height))
  const grow = Math.max(shrink, minimum / Math.min(image.width, image.height))
  const near = floorSize(Math.floor(image.width * grow), Math.floor(image.height * grow), multiple)
  const fit = (side: number): number => Math.min(Math.max(side, minimum), maximum)
  return { width: fit(near.width), height: fit(near.height) }
}

/** Throws 'scheduler-unsupported'. */
export function requestOf(
  task: GenerateTask,
  { family, parts }: Pick<LoadedModel, 'family' | 'parts'>,
  limits: Limits,
  size: Size,
): PictureRequest {
  if (!limits.schedulers.includes(task.scheduler)) {
    throw new SanggarError({ code: 'scheduler-unsupported', scheduler: task.scheduler, model: task.model })
  }
  return {
    ...size,
    prompt: task.prompt,
    promptSyntax: 'weighted',
    // An empty field means that nobody wrote anything; SDXL tells the two apart.
    ...(task.negativePrompt === '' ? {} : { negativePrompt: task.negativePrompt }),
    steps: Math.min(task.steps ?? limits.defaultSteps, limits.maximumSteps),
    guidanceScale: task.guidanceScale ?? limits.defaultGuidance,
    scheduler: chooseScheduler(parts.scheduler ?? family.scheduler, task.scheduler),
    clipSkip: task.clipSkip,
    ...(task.latents === undefined ? {} : { latents: task.latents }),
  }
}
