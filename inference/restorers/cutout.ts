import { SanggarError } from '../../contract/errors.ts'
import type { Pixels } from '../images/pixels.ts'
import { fromUnit, toUnit } from '../images/planes.ts'
import { resize } from '../images/resample.ts'
import { openEnhancer } from '../enhancer-session.ts'
import type { ProviderOptions } from '../provider-session.ts'
import type { Port } from '../session.ts'
import { oneGraph, squareSide } from './one-graph.ts'

export type Cutout = {
  readonly executionProvider: string
  /** How much of each pixel belongs to what stands in front: 0 … 255. */
  run(pixels: Pixels): Promise<Uint8Array>
  release(): Promise<void>
}

const usualSide = 1024
/** what ImageNet's photos are like, as torchvision has it */
const imageNet = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] } as const
const centred = { mean: [0.5, 0.5, 0.5], deviation: [1, 1, 1] } as const

/**
 * U²-Net (320), IS-Net and RMBG-1.4 (1024), BiRefNet and RMBG-2.0 (1024): one picture [1,3,n,n] in, its mask [1,1,n,n]
 * first among what comes out. The mask is stretched between its ends, as all their authors do.
 * Throws 'model-unsupported', 'model-damaged', 'output-not-finite'.
 */
export async function openCutout(path: string, runtime: ProviderOptions): Promise<Cutout> {
  const session = await openEnhancer(await oneGraph(path), 'cutout', runtime)
  const [input] = session.inputs
  const [output] = session.outputs
  if (input?.shape.length !== 4 || output === undefined || session.inputs.length !== 1) {
    await session.release()
    throw new SanggarError({ code: 'model-unsupported', path, kind: 'cutout', reason: 'inputs' })
  }
  const side = squareSide(input.shape, usualSide)
  const { mean, deviation } = scalingOf(input, side)

  return {
    get executionProvider() {
      return session.executionProvider
    },
    async run(pixels) {
      const { data } = toUnit(resize(pixels, side, side))
      for (let at = 0; at < data.length; at++) {
        const c = Math.floor(at / side ** 2) as 0 | 1 | 2
        data[at] = ((data[at] as number) - mean[c]) / deviation[c]
      }
      const answer = await session.run({ [input.name]: { data, shape: [1, 3, side, side] } }, [output.name])
      const mask = answer[output.name]?.data
      if (mask === undefined || mask.length !== side ** 2 || !mask.every(Number.isFinite)) {
        throw new SanggarError({ code: 'output-not-finite', stage: 'cutout' })
      }
      const planes = { width: side, height: side, channels: 1, data: stretched(mask) }
      return resize(fromUnit(planes), pixels.width, pixels.height).data
    },
    release: () => session.release(),
  }
}

/** U²-Net and BiRefNet were trained on ImageNet's scale, IS-Net and RMBG-1.4 on 0.5 around nothing. */
function scalingOf({ name }: Port, side: number): typeof imageNet | typeof centred {
  return side < usualSide || /^(pixel_values|input_image)$/.test(name) ? imageNet : centred
}

/** Logits become shares; then the least is 0 and the most 1. */
function stretched(mask: Float32Array): Float32Array {
  const beyond = mask.some((value) => value < -0.01 || value > 1.01)
  const shares = beyond ? mask.map((value) => 1 / (1 + Math.exp(-value))) : mask
  let [least, most] = [1, 0]
  for (const value of shares) {
    least = Math.min(least, value)
    most = Math.max(most, value)
  }
  const range = most - least
  return range < 1e-6 ? shares : shares.map((value) => (value - least) / range)
}
