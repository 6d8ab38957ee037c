import { SanggarError } from '../../contract/errors.ts'
import { type FurtherPrompts, furtherPromptNames } from '../../contract/further-prompts.ts'
import { type ModelOption, modelOptions } from '../../contract/model.ts'
import { sourceSize } from '../../contract/source-size.ts'
import type { PictureRequest } from '../pipelines/pipeline.ts'
import type { GenerateTask, ModelDescription } from '../protocol.ts'
import { chooseScheduler } from '../schedulers/scheduler.ts'
import type { LoadedModel } from './loaded-models.ts'

type Limits = NonNullable<ModelDescription['limits']>
export type Size = { width: number; height: number }

/** The size to make: as asked, or the source picture's as near as the model can, or the model's own. */
export function sizeOf(task: GenerateTask, limits: Limits): Size {
  const size = {
    width: task.width ?? sizeOfSource(task, limits)?.width ?? limits.defaultWidth,
    height: task.height ?? sizeOfSource(task, limits)?.height ?? limits.defaultHeight,
  }
  const { onlySize } = limits
  if (onlySize !== undefined) {
    if (size.width === onlySize.width && size.height === onlySize.height) return size
    throw new SanggarError({
      code: 'size-fixed',
      ...size,
      onlyWidth: onlySize.width,
      onlyHeight: onlySize.height,
    })
  }
  for (const side of [size.width, size.height]) {
    if (side < limits.minimum || side > limits.maximum || side % limits.multiple !== 0) {
      const { minimum, maximum, multiple } = limits
      throw new SanggarError({ code: 'size-unsupported', ...size, minimum, maximum, multiple })
    }
  }
  return size
}

/** A picture that the model cannot take as it is keeps its size where it is painted in part: only that part is worked on. */
export function keepingSize(task: GenerateTask, limits: Limits): GenerateTask {
  const { image, mask, width, height } = task
  if (image === undefined || mask === undefined || width !== undefined || height !== undefined) return task
  const size = sizeOf(task, limits)
  if (size.width === image.width && size.height === image.height) return task
  return { ...task, mask: { ...mask, onlyMasked: true } }
}

function sizeOfSource({ image, mask }: GenerateTask, limits: Limits): Size | undefined {
  if (image === undefined || mask?.onlyMasked === true || limits.onlySize !== undefined) return undefined
  return sourceSize(image, limits)
}

/** What a request asks for beyond the usual. */
function optionsIn({
  clipSkip,
  guidance = {},
  controls = [],
  furtherPrompts: further = {},
}: GenerateTask): ModelOption[] {
  const { rescale = 0, truncation, normalisation, trueScale, promptLength, sizes, negativeSizes } = guidance
  const asked: Record<ModelOption, boolean> = {
    'clip-skip': clipSkip > 0,
    'guidance-rescale': rescale > 0,
    'guidance-truncation': truncation !== undefined,
    'guidance-normalisation': normalisation !== undefined,
    'true-guidance': trueScale !== undefined,
    'size-conditioning': sizes !== undefined || negativeSizes !== undefined,
    'prompt-length': promptLength !== undefined,
    'second-prompt': isWritten(further.prompt2) || isWritten(further.negativePrompt2),
    'third-prompt': isWritten(further.prompt3) || isWritten(further.negativePrompt3),
    controls: controls.length > 0,
  }
  return modelOptions.filter((option) => asked[option])
}

/** Without those that are left empty: they are the prompt itself. */
function writtenOf(prompts: FurtherPrompts): { [Name in keyof FurtherPrompts]?: string } {
  return Object.fromEntries(
    furtherPromptNames.flatMap((name) => {
      const text = prompts[name]
      return text === undefined || text === '' ? [] : [[name, text]]
    }),
  )
}

const isWritten = (text: string | undefined): boolean => text !== undefined && text !== ''

/** The request's words for guidance as the pipelines have them; absent is the family's own default. */
function guidanceOf({ guidance = {}, furtherPrompts = {} }: GenerateTask): Partial<PictureRequest> {
  const { rescale, truncation, normalisation, trueScale, promptLength, sizes, negativeSizes } = guidance
  return {
    ...writtenOf(furtherPrompts),
    ...(rescale === undefined ? {} : { guidanceRescale: rescale }),
    ...(truncation === undefined ? {} : { guidanceTruncation: truncation }),
    ...(normalisation === undefined ? {} : { guidanceNormalisation: normalisation }),
    ...(trueScale === undefined ? {} : { trueGuidanceScale: trueScale }),
    ...(promptLength === undefined ? {} : { maxSequenceLength: promptLength }),
    ...sizesOf(sizes, ['originalSize', 'cropTopLeft', 'targetSize']),
    ...sizesOf(negativeSizes, ['negativeOriginalSize', 'negativeCropTopLeft', 'negativeTargetSize']),
  }
}

type Sizes = NonNullable<NonNullable<GenerateTask['guidance']>['sizes']>

/** The reference writes (height, width) and (top, left). */
function sizesOf<Key extends string>(
  { original, crop, target }: Sizes = {},
  [originalKey, cropKey, targetKey]: readonly [Key, Key, Key],
): Record<string, [number, number]> {
  return {
    ...(original === undefined ? {} : { [originalKey]: [original.height, original.width] }),
    ...(crop === undefined ? {} : { [cropKey]: [crop.top, crop.left] }),
    ...(target === undefined ? {} : { [targetKey]: [target.height, target.width] }),
  }
}

/** Throws 'scheduler-unsupported', and 'capability-missing' for what the family has no use for. */
export function requestOf(
  task: GenerateTask,
  { family, parts }: Pick<LoadedModel, 'family' | 'parts'>,
  limits: Limits,
  size: Size,
): PictureRequest {
  if (!limits.schedulers.includes(task.scheduler)) {
    throw new SanggarError({ code: 'scheduler-unsupported', scheduler: task.scheduler, model: task.model })
  }
  const refused = optionsIn(task).find((option) => limits.options?.includes(option) !== true)
  if (refused !== undefined) {
    throw new SanggarError({ code: 'capability-missing', model: task.model, capability: refused })
  }
  const withNegative =
    [task.negativePrompt, task.furtherPrompts?.negativePrompt2, task.furtherPrompts?.negativePrompt3].some(
      isWritten,
    ) || task.guidance?.trueScale !== undefined
  return {
    ...size,
    ...guidanceOf(task),
    prompt: task.prompt,
    promptSyntax: 'weighted',
    // An empty field means that nobody wrote anything; SDXL tells the two apart. Flux's true guidance needs one.
    ...(withNegative ? { negativePrompt: task.negativePrompt } : {}),
    steps: Math.min(task.steps ?? limits.defaultSteps, limits.maximumSteps),
    guidanceScale: task.guidanceScale ?? limits.defaultGuidance,
    scheduler: chooseScheduler(parts.scheduler ?? family.scheduler, task.scheduler),
    clipSkip: task.clipSkip,
    ...(task.guessMode === true ? { guessMode: true } : {}),
    ...(task.latents === undefined ? {} : { latents: task.latents }),
  }
}
