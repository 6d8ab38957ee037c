import type { Model } from '../../contract/model.ts'
import type { WorkResult } from '../../contract/work.ts'
import { SanggarError } from '../../contract/errors.ts'
import type { FromInference, InferenceTask, RuntimeOptions } from '../../inference/protocol.ts'
import { emptyResult } from '../export/export-run.ts'
import type { InferenceClient } from '../jobs/inference-client.ts'
import { newId } from '../vault/identifier.ts'
import type { WorkReport } from '../works/work-list.ts'

type Picture = Extract<FromInference, { type: 'picture' }>

/**
 * Opens a model and lets it do the least it can: one step of a picture at its smallest size (of a grey one, where it
 * only repaints), or 64 x 64 pixels enlarged or restored. Nothing of it is kept but what it took.
 */
export async function testLoad(
  inference: InferenceClient,
  model: Model,
  runtime: RuntimeOptions,
  report: WorkReport,
): Promise<WorkResult> {
  const task = smallestTask(model)
  const id = newId()
  const began = performance.now()
  let picture: Picture | undefined
  const stop = () => inference.cancel(id)
  report.signal.addEventListener('abort', stop)
  try {
    await inference.run(id, task, runtime, (message) => {
      if (message.type === 'progress') report.progress(message.step, message.steps)
      else if (message.type === 'picture') picture = message
    })
  } finally {
    report.signal.removeEventListener('abort', stop)
  }
  if (report.signal.aborted) throw new SanggarError({ code: 'cancelled' })
  if (picture === undefined) throw new Error('a test without a picture')
  const { record } = picture
  return {
    ...emptyResult(''),
    written: 1,
    test: {
      model: model.id,
      milliseconds: Math.round(performance.now() - began),
      peakMemory: record.peakMemory,
      executionProvider: record.executionProvider,
      width: record.width,
      height: record.height,
    },
  }
}

export function smallestTask(model: Model): InferenceTask {
  const { path: place, capabilities } = model.passport
  const image = { width: 64, height: 64, rgb: new Uint8Array(64 * 64 * 3).map((_, at) => at % 251) }
  if (capabilities.includes('upscale')) return { kind: 'upscale', model: place, scale: 2, image }
  if (capabilities.includes('restore')) {
    return { kind: 'restore', model: place, strength: 1, noise: 'on', jpeg: 'on', colour: 'on', image }
  }
  if (capabilities.includes('cutout')) return { kind: 'cutout', model: place, image }
  if (capabilities.includes('face')) {
    const area = { left: 0, top: 0, size: 64 }
    return { kind: 'face', model: place, area, fidelity: 0.7, strength: 1, image }
  }
  const draws = capabilities.includes('text-to-image')
  if (!draws && !capabilities.includes('inpaint')) {
    throw new SanggarError({ code: 'capability-missing', model: model.id, capability: 'text-to-image' })
  }
  const { limits } = model
  const side = (usual: number | undefined) => Math.max(limits?.minimum ?? 64, Math.min(256, usual ?? 256))
  const width = limits?.onlySize?.width ?? side(limits?.defaultWidth)
  const height = limits?.onlySize?.height ?? side(limits?.defaultHeight)
  const grey = (channels: number) => new Uint8Array(width * height * channels).fill(128)
  return {
    kind: 'generate',
    model: place,
    ...(model.override === undefined ? {} : { override: model.override }),
    prompt: 'a red boat',
    negativePrompt: '',
    width,
    height,
    ...(!draws && {
      image: { width, height, rgb: grey(3), strength: 1, resize: 'stretch' },
      mask: { width, height, gray: grey(1), feather: 0, onlyMasked: false, padding: 0 },
    }),
    steps: 1,
    scheduler: 'auto',
    seeds: ['1'],
    adapters: [],
    clipSkip: 0,
  }
}
