import type { Image } from '../../contract/image.ts'
import type { JobRequest } from '../../contract/generation.ts'
import type { Job } from '../../contract/job.ts'
import type { PictureRecord } from '../../inference/protocol.ts'
import type { NewImage } from '../library/library.ts'

/** What a picture remembers of the job that made it. */
export function recordOf(
  job: Job,
  record: PictureRecord,
  notes: Job['notes'],
  ignoredWords: string[],
): NewImage {
  const { request } = job
  const ran = {
    createdAt: Date.now(),
    job: job.id,
    request: ownRequest(request, record),
    executionProvider: record.executionProvider,
    milliseconds: Math.round(record.milliseconds),
    ...(record.peakMemory > 0 && { peakMemory: record.peakMemory }),
    ...(notes.length === 0 ? {} : { notes: [...notes] }),
  }
  if (request.kind !== 'generate') {
    return {
      ...ran,
      origin: 'enhanced',
      source: request.image,
      prompt: '',
      negativePrompt: '',
      model: helperOf(request),
      ignoredWords: [],
    }
  }
  return {
    ...ran,
    origin: originOf(request),
    prompt: request.prompt,
    negativePrompt: request.negativePrompt,
    model: request.model,
    ...(record.seed === undefined ? {} : { seed: record.seed }),
    ...(record.steps === undefined ? {} : { steps: record.steps }),
    ...(record.guidanceScale === undefined ? {} : { guidanceScale: record.guidanceScale }),
    ...(record.scheduler === undefined ? {} : { scheduler: record.scheduler }),
    ...(request.image === undefined ? {} : { source: request.image.id, strength: request.image.strength }),
    ignoredWords,
  }
}

function originOf(request: { image?: unknown }): Image['origin'] {
  return request.image === undefined ? 'made' : 'edited'
}

/** Each picture of several variations remembers its own second seed. */
function ownRequest(request: JobRequest, { variationSeed }: PictureRecord): JobRequest {
  if (request.kind !== 'generate' || request.variation === undefined || variationSeed === undefined)
    return request
  return { ...request, count: 1, variation: { ...request.variation, seed: variationSeed } }
}

/** The model of a job without words, as far as the request names it. */
function helperOf(request: Exclude<JobRequest, { kind: 'generate' }>): string {
  if (request.kind === 'restore') return 'restore'
  if (request.model !== 'auto') return request.model
  return request.kind === 'upscale' ? `upscale-${request.scale}x` : request.kind
}
