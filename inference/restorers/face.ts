import { SanggarError } from '../../contract/errors.ts'
import { feathered } from '../images/mask.ts'
import { pasteBack } from '../images/only-masked.ts'
import { newPixels, type Pixels } from '../images/pixels.ts'
import { crop, type Region } from '../images/placement.ts'
import { fromSigned, toSigned } from '../images/planes.ts'
import { resize } from '../images/resample.ts'
import type { FaceTask } from '../protocol.ts'
import { openEnhancer } from '../enhancer-session.ts'
import type { ProviderOptions } from '../provider-session.ts'
import type { Feed } from '../session.ts'
import { oneGraph, squareSide } from './one-graph.ts'

export type FaceModel = {
  readonly executionProvider: string
  /** The picture with the framed face made clear; outside the frame nothing changes. */
  run(pixels: Pixels, wishes: Pick<FaceTask, 'area' | 'fidelity' | 'strength'>): Promise<Pixels>
  release(): Promise<void>
}

const usualSide = 512
/** share of the frame's side over which the new face fades into the picture */
const softRim = 0.1

/**
 * GFPGAN, RestoreFormer, GPEN and CodeFormer as they are exported: one square picture [1,3,n,n] in -1..1 in, the same
 * out; CodeFormer takes a weight besides. They know faces as FFHQ frames them: eyes level, forehead to chin in view.
 * Throws 'model-unsupported', 'model-damaged', 'output-not-finite'.
 */
export async function openFaceModel(path: string, runtime: ProviderOptions): Promise<FaceModel> {
  const session = await openEnhancer(await oneGraph(path), 'face', runtime)
  const picture = session.inputs.find(({ shape }) => shape.length === 4)
  const weight = session.inputs.find((port) => port !== picture)
  const [output] = session.outputs
  if (picture === undefined || output === undefined || session.inputs.length > 2) {
    await session.release()
    throw new SanggarError({ code: 'model-unsupported', path, kind: 'face', reason: 'inputs' })
  }
  const side = squareSide(picture.shape, usualSide)

  return {
    get executionProvider() {
      return session.executionProvider
    },
    async run(pixels, { area, fidelity, strength }) {
      const frame = within(area, pixels)
      const square = squared(pixels, area, frame)
      const { data } = toSigned(resize(square, side, side))
      const feeds: Record<string, Feed> = { [picture.name]: { data, shape: [1, 3, side, side] } }
      if (weight !== undefined) feeds[weight.name] = { scalar: fidelity }
      const made = (await session.run(feeds, [output.name]))[output.name]
      if (made === undefined || made.data.length !== 3 * side * side || !made.data.every(Number.isFinite)) {
        throw new SanggarError({ code: 'output-not-finite', stage: 'face' })
      }
      const face = fromSigned({ width: side, height: side, channels: 3, data: made.data })
      const whole = resize(face, area.size, area.size)
      const patch = crop(whole, { ...frame, left: frame.left - area.left, top: frame.top - area.top })
      return pasteBack(pixels, patch, softFrame(pixels, frame, area.size, strength), frame)
    },
    release: () => session.release(),
  }
}

/** What of the frame lies inside the picture. Throws 'invalid-request' where nothing does. */
function within({ left, top, size }: FaceTask['area'], { width, height }: Pixels): Region {
  const [x, y] = [Math.max(0, left), Math.max(0, top)]
  const region = {
    left: x,
    top: y,
    width: Math.min(width, left + size) - x,
    height: Math.min(height, top + size) - y,
  }
  if (region.width < 1 || region.height < 1) {
    throw new SanggarError({ code: 'invalid-request', path: 'area', problem: 'outside the picture' })
  }
  return region
}

/** The frame as a square; beyond the picture its border goes on. */
function squared(pixels: Pixels, { left, top, size }: FaceTask['area'], frame: Region): Pixels {
  if (frame.width === size && frame.height === size) return crop(pixels, frame)
  const result = newPixels(size, size, 3)
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const row = Math.min(Math.max(top + y, 0), pixels.height - 1)
      const column = Math.min(Math.max(left + x, 0), pixels.width - 1)
      const from = (row * pixels.width + column) * 3
      result.data.set(pixels.data.subarray(from, from + 3), (y * size + x) * 3)
    }
  return result
}

/** White inside the frame, soft towards its rim, as strong as was asked. */
function softFrame({ width, height }: Pixels, frame: Region, size: number, strength: number): Pixels {
  const rim = Math.max(1, Math.round(size * softRim))
  const mask = newPixels(width, height, 1)
  // At the picture's own border there is nothing to fade into.
  const [left, top] = [frame.left + (frame.left > 0 ? rim : 0), frame.top + (frame.top > 0 ? rim : 0)]
  const right = frame.left + frame.width - (frame.left + frame.width < width ? rim : 0)
  const bottom = frame.top + frame.height - (frame.top + frame.height < height ? rim : 0)
  for (let y = top; y < bottom; y++) mask.data.fill(255, y * width + left, y * width + Math.max(left, right))
  const soft = feathered(mask, rim)
  return { ...soft, data: soft.data.map((value) => Math.round(value * strength)) }
}
