import type { Planes } from '../images/pixels.ts'
import type { LatentSpace, RunContext } from '../pipelines/pipeline.ts'
import { runAutoencoder } from './run-autoencoder.ts'

const logVarianceFloor = -30
const logVarianceCeiling = 20

/**
 * A picture [1, 3, height, width] in [-1, 1] to latents. Encoders that answer moments (mean, log variance) are
 * sampled here with noise of the run, as the reference does (Kingma & Welling 2013, https://arxiv.org/abs/1312.6114);
 * those that answer a finished sample are taken at their word.
 */
export async function encodePicture(
  context: RunContext,
  image: Planes,
  space: LatentSpace,
): Promise<Float32Array> {
  const ratio = { input: space.factor, output: 1 }
  const encoded = await runAutoencoder(context, 'vae_encoder', image, ratio)
  const isMoments = encoded.channels === 2 * space.channels
  const latents = isMoments ? sampled(encoded.data, context) : encoded.data.slice()
  for (let i = 0; i < latents.length; i++) {
    latents[i] = Math.fround((latents[i] as number) - space.shift) * space.scale
  }
  return latents
}

function sampled(moments: Float32Array, context: RunContext): Float32Array {
  const length = moments.length / 2
  const noise = context.noise.randn(length)
  const latents = new Float32Array(length)
  for (let i = 0; i < length; i++) {
    const logVariance = Math.min(
      Math.max(moments[length + i] as number, logVarianceFloor),
      logVarianceCeiling,
    )
    const deviation = Math.fround(Math.exp(logVariance / 2))
    latents[i] = (moments[i] as number) + Math.fround(deviation * (noise[i] as number))
  }
  return latents
}
