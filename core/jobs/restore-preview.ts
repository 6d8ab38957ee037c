import { SanggarError } from '../../contract/errors.ts'
import type { RestorePreview, RestorePreviewRequest } from '../../contract/restore-preview.ts'
import type { FromInference, RawPicture, RestoreTask, RuntimeOptions } from '../../inference/protocol.ts'
import type { Library } from '../library/library.ts'
import type { ModelRegistry } from '../models/model-registry.ts'
import { encodePng } from '../library/picture-codec.ts'
import { firstCapable } from '../models/task.ts'
import { newId } from '../vault/identifier.ts'
import type { InferenceClient } from './inference-client.ts'

export type RestorePreviewPorts = {
  inference: InferenceClient
  models: ModelRegistry
  runtime(): RuntimeOptions
  /** whose library the picture is in; throws 'not-found' when it is in none any more */
  roomOf(image: string): { library: Library }
}

/**
 * Parts of a picture restored for looking at: one at a time, by the same process and graphs as the job that would do it,
 * and in this process' memory only. What is let go is overwritten.
 */
export type RestorePreviews = {
  /** Throws 'cancelled' when a newer one was asked for or this was ended. */
  make(request: RestorePreviewRequest): Promise<RestorePreview>
  /** Two PNGs; undefined when `id` is no preview that is still there. */
  part(id: string): { image: string; before: Uint8Array; after: Uint8Array } | undefined
  /** Lets go of what belongs to a picture that is gone. */
  sweep(): void
  end(): void
}

/** The part's sides at most, in pixels: what two cores restore in about a second. */
const widest = 352
const highest = 264

type Made = { id: string; image: string; before: Buffer; after: Buffer }

export function createRestorePreviews(ports: RestorePreviewPorts): RestorePreviews {
  let running: { id: string; image: string } | undefined
  let shown: Made | undefined

  function forget(): void {
    shown?.before.fill(0)
    shown?.after.fill(0)
    shown = undefined
  }

  function stop(): void {
    if (running !== undefined) ports.inference.cancel(running.id)
    running = undefined
  }

  const isGone = (image: string): boolean => {
    try {
      ports.roomOf(image)
      return false
    } catch {
      return true
    }
  }

  return {
    async make({ image, centre, noise, jpeg, colour }) {
      stop()
      const current = { id: newId(), image }
      running = current
      const superseded = () => running !== current
      try {
        const model = await firstCapable(ports.models, 'restore')
        const whole = await ports.roomOf(image).library.readPixels(image)
        if (superseded()) throw new SanggarError({ code: 'cancelled' })
        const window = windowAround(whole, centre)
        const place = model.passport.path
        const task: RestoreTask = {
          kind: 'restore',
          model: place,
          strength: 1,
          noise,
          jpeg,
          colour,
          image: whole,
          window,
        }
        let picture: Extract<FromInference, { type: 'picture' }> | undefined
        await ports.inference.run(current.id, task, ports.runtime(), (message) => {
          if (message.type === 'picture') picture = message
        })
        if (picture === undefined) throw new Error('a preview without a picture')
        const before = await encodePng(partOf(whole, window))
        const after = await encodePng(picture.image)
        if (superseded() || isGone(image)) throw new SanggarError({ code: 'cancelled' })
        forget()
        shown = { id: current.id, image, before, after }
        return { id: current.id, window, notes: picture.record.notes }
      } finally {
        if (!superseded()) running = undefined
      }
    },
    // Copies: whoever sends one must not see it blackened when the next one comes.
    part(id) {
      if (shown?.id !== id) return undefined
      const { image, before, after } = shown
      return { image, before: Uint8Array.from(before), after: Uint8Array.from(after) }
    },
    sweep() {
      if (shown !== undefined && isGone(shown.image)) forget()
      if (running !== undefined && isGone(running.image)) stop()
    },
    end() {
      stop()
      forget()
    },
  }
}

function windowAround(
  { width, height }: RawPicture,
  centre: { x: number; y: number },
): RestorePreview['window'] {
  const along = (length: number, most: number, at: number): [number, number] => {
    const size = Math.min(length, most)
    return [Math.round(Math.min(Math.max(at * length - size / 2, 0), length - size)), size]
  }
  const [left, across] = along(width, widest, centre.x)
  const [top, down] = along(height, highest, centre.y)
  return { left, top, width: across, height: down }
}

function partOf({ rgb, width }: RawPicture, window: RestorePreview['window']): RawPicture {
  const part = new Uint8Array(window.width * window.height * 3)
  for (let y = 0; y < window.height; y++) {
    const from = ((window.top + y) * width + window.left) * 3
    part.set(rgb.subarray(from, from + window.width * 3), y * window.width * 3)
  }
  return { width: window.width, height: window.height, rgb: part }
}
