import { SanggarError } from '../../contract/errors.ts'
import { peakMemory, startPeak, threadCount } from '../environment.ts'
import { pasteBack } from '../images/only-masked.ts'
import type { Pixels } from '../images/pixels.ts'
import { place } from '../images/placement.ts'
import { resize } from '../images/resample.ts'
import type {
  PictureRecord,
  RawMask,
  RawPicture,
  RestoreTask,
  RuntimeOptions,
  UpscaleTask,
} from '../protocol.ts'
import { openDenoiser } from '../restorers/denoiser.ts'
import { openUpscaler } from '../upscalers/open-upscaler.ts'
import { upscale } from '../upscalers/upscale.ts'
import type { TaskContext } from './task-queue.ts'

type OnTile = (done: number, total: number) => Promise<void>

/** One picture enlarged or cleaned. Throws `SanggarError`. */
export async function runUpscale(task: UpscaleTask | RestoreTask, context: TaskContext): Promise<void> {
  startPeak()
  const started = performance.now()
  const { id, send } = context
  const progress = (step: number, steps: number): void =>
    send({ type: 'progress', id, stage: 'finishing', step, steps, picture: 0, pictures: 1 })
  progress(0, 0)
  await context.pause()
  const onTile: OnTile = async (done, total) => {
    progress(done, total)
    await context.pause()
  }
  const source = pixelsOf(task.image)
  const { pixels, notes } =
    task.kind === 'upscale'
      ? { pixels: await enlarged(source, task, context.runtime, onTile), notes: [] }
      : await restored(source, task, context.runtime, onTile)
  const { width, height } = pixels
  send({
    type: 'picture',
    id,
    picture: 0,
    image: { width, height, rgb: pixels.data },
    record: {
      width,
      height,
      executionProvider: 'cpu',
      milliseconds: Math.round(performance.now() - started),
      peakMemory: peakMemory(),
      notes,
    },
  })
}

/** By exactly `scale`: a network of another factor is followed by a resampling. */
export async function enlarged(
  source: Pixels,
  { model, scale }: { model: string; scale: number },
  runtime: RuntimeOptions,
  onTile: OnTile,
): Promise<Pixels> {
  const network = await openUpscaler(model, runtimeOf(runtime))
  try {
    let pixels = await upscale(network, source, { onTile })
    // A network of 2 is asked twice for 4.
    if (network.scale > 1 && scale === network.scale ** 2) pixels = await upscale(network, pixels, { onTile })
    const [width, height] = [source.width * scale, source.height * scale]
    return pixels.width === width ? pixels : resize(pixels, width, height)
  } finally {
    await network.release()
  }
}

async function restored(
  source: Pixels,
  task: RestoreTask,
  runtime: RuntimeOptions,
  onTile: OnTile,
): Promise<{ pixels: Pixels; notes: PictureRecord['notes'] }> {
  const denoiser = await openDenoiser(task.model, runtimeOf(runtime))
  try {
    const { pixels, sigma } = await denoiser.run(source, task.strength, onTile)
    const notes = [{ code: 'noise-found', detail: sigma.toFixed(1) }]
    return { pixels: task.mask === undefined ? pixels : masked(source, pixels, task.mask), notes }
  } finally {
    await denoiser.release()
  }
}

function masked(source: Pixels, clean: Pixels, mask: RawMask): Pixels {
  const gray: Pixels = { width: mask.width, height: mask.height, channels: 1, data: mask.gray }
  const fitting = place(gray, source.width, source.height, 'stretch')
  const whole = { left: 0, top: 0, width: source.width, height: source.height }
  return pasteBack(source, clean, fitting, whole)
}

function runtimeOf({ executionProvider, threads }: RuntimeOptions) {
  return { executionProvider, threads: threadCount(threads) }
}

/** Throws 'picture-unreadable' when the bytes are not those of the size. */
export function pixelsOf({ width, height, rgb }: RawPicture): Pixels {
  if (width < 1 || height < 1 || rgb.length !== width * height * 3) {
    throw new SanggarError({ code: 'picture-unreadable', name: `${width}x${height}` })
  }
  return { width, height, channels: 3, data: rgb }
}
