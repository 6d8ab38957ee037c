import { SanggarError } from '../../contract/errors.ts'
import { madePixelLimit } from '../../contract/picture-limits.ts'
import { peakMemory, startPeak, threadCount } from '../environment.ts'
import type { Pixels } from '../images/pixels.ts'
import { place } from '../images/placement.ts'
import { resize } from '../images/resample.ts'
import type { EnhanceTask, PictureRecord, RawPicture, RestoreTask, RuntimeOptions } from '../protocol.ts'
import { openCutout } from '../restorers/cutout.ts'
import { openFaceModel } from '../restorers/face.ts'
import { openRestorer } from '../restorers/open-restorer.ts'
import { type Found, type OnPart, type Part, restore } from '../restorers/restore.ts'
import { restoreWindow } from '../restorers/restore-window.ts'
import { openUpscaler } from '../upscalers/open-upscaler.ts'
import { upscale } from '../upscalers/upscale.ts'
import type { ProviderOptions } from '../provider-session.ts'
import { trialsIn } from '../trial-memory.ts'
import type { TaskContext } from './task-queue.ts'

type OnTile = (done: number, total: number) => Promise<void>
type Made = { pixels: Pixels; alpha?: Uint8Array; notes: PictureRecord['notes']; executionProvider: string }

/** One picture enlarged, restored, with a clear face, or cut out. Throws `SanggarError`. */
export async function runEnhance(task: EnhanceTask, context: TaskContext): Promise<void> {
  startPeak()
  const started = performance.now()
  const { id, send } = context
  const progress = (step: number, steps: number): void =>
    send({ type: 'progress', id, stage: 'enhancing', step, steps, picture: 0, pictures: 1 })
  progress(0, 0)
  await context.pause()
  const onTile: OnTile = async (done, total) => {
    progress(done, total)
    await context.pause()
  }
  const told: PictureRecord['notes'] = []
  const { pixels, alpha, notes, executionProvider } = await made(
    task,
    enhancerRuntime(context.runtime, (note) => void told.push(note)),
    onTile,
  )
  const { width, height } = pixels
  send({
    type: 'picture',
    id,
    picture: 0,
    image: { width, height, rgb: pixels.data, ...(alpha === undefined ? {} : { alpha }) },
    record: {
      width,
      height,
      executionProvider,
      milliseconds: Math.round(performance.now() - started),
      peakMemory: peakMemory(),
      notes: [...told, ...notes],
    },
  })
}

async function made(task: EnhanceTask, runtime: ProviderOptions, onTile: OnTile): Promise<Made> {
  const source = pixelsOf(task.image)
  if (task.kind === 'upscale') return { ...(await enlarged(source, task, runtime, onTile)), notes: [] }
  if (task.kind === 'restore') return restored(source, task, runtime, onTile)
  if (task.kind === 'face') {
    const model = await openFaceModel(task.model, runtime)
    const pixels = await model.run(source, task).finally(() => model.release())
    return { pixels, notes: [], executionProvider: model.executionProvider }
  }
  const model = await openCutout(task.model, runtime)
  const alpha = await model.run(source).finally(() => model.release())
  return { pixels: source, alpha, notes: [], executionProvider: model.executionProvider }
}

/** Throws 'enlargement-too-large' for a picture that could be made, but neither kept nor shown. */
export function checkEnlarged(source: { width: number; height: number }, scale: number): void {
  const [width, height] = [source.width * scale, source.height * scale]
  if (width * height <= madePixelLimit) return
  const megapixels = Math.round((width * height) / 1e6)
  throw new SanggarError({
    code: 'enlargement-too-large',
    width,
    height,
    megapixels,
    limit: madePixelLimit / 1e6,
  })
}

/** By exactly `scale`: a network of another factor is followed by a resampling. Throws 'enlargement-too-large'. */
export async function enlarged(
  source: Pixels,
  { model, scale }: { model: string; scale: number },
  runtime: ProviderOptions,
  onTile: OnTile,
): Promise<{ pixels: Pixels; executionProvider: string }> {
  checkEnlarged(source, scale)
  const network = await openUpscaler(model, runtime)
  try {
    // A network of 2 is asked twice for 4, the second time for four times as much.
    const twice = network.scale > 1 && scale === network.scale ** 2
    const area = network.scale ** 2
    let pixels = await upscale(network, source, {
      onTile: (done, total) => onTile(done, twice ? total * (1 + area) : total),
    })
    if (twice) {
      pixels = await upscale(network, pixels, {
        onTile: (done, total) => onTile(Math.round(total / area) + done, Math.round(total / area) + total),
      })
    }
    const [width, height] = [source.width * scale, source.height * scale]
    if (pixels.width !== width) pixels = resize(pixels, width, height)
    return { pixels, executionProvider: network.executionProvider }
  } finally {
    await network.release()
  }
}

async function restored(
  source: Pixels,
  task: RestoreTask,
  runtime: ProviderOptions,
  onTile: OnTile,
): Promise<Made> {
  const graphs = await openRestorer(task.model, runtime)
  try {
    const { noise, jpeg, colour, strength, mask, window } = task
    const scratches = mask === undefined ? {} : { scratches: fitted(mask, source) }
    const wishes = { noise, jpeg, colour, strength }
    const parts = partsOf(task)
    const onPart: OnPart = (part, done, total) =>
      onTile(parts.indexOf(part) * total + done, parts.length * total)
    const { pixels, found } =
      window === undefined
        ? await restore(graphs, source, { ...wishes, ...scratches }, onPart)
        : await restoreWindow(graphs, source, wishes, window, onPart)
    return { pixels, notes: notesOf(found), executionProvider: graphs.executionProvider }
  } finally {
    await graphs.release()
  }
}

/** What may have to be done, in its order: progress counts a part that turns out to be needless as done. */
function partsOf({ mask, jpeg, noise }: RestoreTask): Part[] {
  const parts: Part[] = []
  if (mask !== undefined) parts.push('scratches')
  if (jpeg !== 'off') parts.push('jpeg')
  if (noise !== 'off') parts.push('noise')
  return parts
}

/** The mask in the picture's size, non-zero where it is more white than black. */
function fitted(mask: NonNullable<RestoreTask['mask']>, { width, height }: Pixels): Uint8Array {
  const gray: Pixels = { width: mask.width, height: mask.height, channels: 1, data: mask.gray }
  return place(gray, width, height, 'stretch').data.map((value) => (value >= 128 ? 1 : 0))
}

/** What was found, so that a picture that was left alone says why. */
function notesOf({ scratches, jpeg, noise, faded }: Found): PictureRecord['notes'] {
  const notes: PictureRecord['notes'] = []
  if (scratches !== undefined) {
    notes.push({ code: 'scratches-filled', detail: `${(scratches * 100).toFixed(1)} %` })
  }
  if (jpeg !== undefined) notes.push({ code: 'jpeg-found', detail: String(qualityOf(jpeg)) })
  if (noise !== undefined) notes.push({ code: 'noise-found', detail: noise.toFixed(1) })
  if (faded === true) notes.push({ code: 'fading-found', detail: '' })
  return notes.length > 0 ? notes : [{ code: 'nothing-to-restore', detail: '' }]
}

/** The quality that libjpeg gives to a table of this multiplier. */
function qualityOf(multiplier: number): number {
  return Math.round(multiplier > 1 ? 50 / multiplier : 100 - 50 * multiplier)
}

/** A task's options as the models without words take them. */
export function enhancerRuntime(
  { executionProvider, threads, cacheFolder, memoryCeiling }: RuntimeOptions,
  onNote: NonNullable<ProviderOptions['onNote']>,
): ProviderOptions {
  const trials = trialsIn(cacheFolder)
  return { executionProvider, threads: threadCount(threads), trials, memoryCeiling, onNote }
}

/** Throws 'picture-unreadable' when the bytes are not those of the size. */
export function pixelsOf({ width, height, rgb }: RawPicture): Pixels {
  if (width < 1 || height < 1 || rgb.length !== width * height * 3) {
    throw new SanggarError({ code: 'picture-unreadable', name: `${width}x${height}` })
  }
  return { width, height, channels: 3, data: rgb }
}
