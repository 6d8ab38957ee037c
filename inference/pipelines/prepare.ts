import { latentMask, maskedImage } from '../images/mask.ts'
import type { Scheduler } from '../schedulers/scheduler.ts'
import { encodePicture } from '../vae/encode.ts'
import { varied } from './variation.ts'
import type { Inpainting, LatentSpace, PictureRequest, RunContext } from './pipeline.ts'

export type PreparedLatents = {
  latents: Float32Array
  inpainting?: Inpainting
  /** for models that do not see the mask: keeps what lies outside it, after each call */
  blend?: (latents: Float32Array, index: number) => Float32Array
}

/**
 * The latents before the first step. Draws follow the reference's order, so that a seed means the same:
 * posterior of the picture, initial noise, posterior of the masked picture.
 *
 * @param seesMask the denoiser takes mask and masked picture as further channels
 */
export async function prepareLatents(
  context: RunContext,
  request: PictureRequest,
  scheduler: Scheduler,
  shape: readonly [number, number, number, number],
  space: LatentSpace,
  seesMask: boolean,
): Promise<PreparedLatents> {
  const length = shape[0] * shape[1] * shape[2] * shape[3]
  const { image, mask, strength = 1 } = request
  const { begin, initNoiseSigma } = scheduler.schedule
  const draw = (): Float32Array => request.latents ?? initialNoise(context, shape)
  const pure = (noise: Float32Array): Float32Array => noise.map((value) => value * initNoiseSigma)

  if (image === undefined || mask === undefined) {
    const clean = image === undefined ? undefined : await encodePicture(context, image, space)
    const noise = draw()
    const latents = clean === undefined ? pure(noise) : scheduler.addNoise(clean, noise, begin)
    return seesMask ? { latents, inpainting: await everywhere(context, request, shape, space) } : { latents }
  }
  const isPure = strength === 1
  const counted = countingDraws(context)
  const clean = seesMask && isPure ? undefined : await encodePicture(counted, image, space)
  const noise = draw()
  const latents = isPure || clean === undefined ? pure(noise) : scheduler.addNoise(clean, noise, begin)
  const small = latentMask(mask, space.factor).data
  if (seesMask) {
    const maskedLatents = await encodePicture(context, maskedImage(image, mask), space)
    return { latents, inpainting: { mask: small, maskedLatents } }
  }
  // The reference encodes the masked picture here too and does not use it: the draw must happen all the same,
  // if the encoder leaves sampling to us.
  if (counted.draws() > 0) context.noise.randn(length)
  return {
    latents,
    inpainting: { mask: small },
    blend: (current, index) => blended(current, scheduler.addNoise(clean ?? noise, noise, index + 1), small),
  }
}

function initialNoise(
  { noise, variation }: RunContext,
  shape: readonly [number, number, number, number],
): Float32Array {
  const length = shape[0] * shape[1] * shape[2] * shape[3]
  const first = noise.randn(length)
  if (variation === undefined) return first
  return varied(first, { noise: variation.noise.randn(length), strength: variation.strength }, shape)
}

/** A denoiser that must see a mask is shown one that keeps nothing: a grey picture, all of it to be painted. */
async function everywhere(
  context: RunContext,
  { width, height }: PictureRequest,
  [, , rows, columns]: readonly [number, number, number, number],
  space: LatentSpace,
): Promise<Inpainting> {
  const grey = { width, height, channels: 3, data: new Float32Array(3 * width * height) }
  return {
    mask: new Float32Array(rows * columns).fill(1),
    maskedLatents: await encodePicture(context, grey, space),
  }
}

function countingDraws(context: RunContext): RunContext & { draws: () => number } {
  let draws = 0
  const noise = {
    randn(length: number): Float32Array {
      draws += 1
      return context.noise.randn(length)
    },
  }
  return { ...context, noise, draws: () => draws }
}

/** mask * current + (1 - mask) * kept, the mask repeated over the channels. */
function blended(current: Float32Array, kept: Float32Array, mask: Float32Array): Float32Array {
  const result = new Float32Array(current.length)
  for (let i = 0; i < current.length; i++) {
    const m = mask[i % mask.length] as number
    result[i] = Math.fround((1 - m) * (kept[i] as number)) + Math.fround(m * (current[i] as number))
  }
  return result
}
