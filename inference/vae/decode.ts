import type { Planes } from '../images/pixels.ts'
import type { LatentSpace, RunContext } from '../pipelines/pipeline.ts'
import { runAutoencoder } from './run-autoencoder.ts'

/** Latents [1, c, h, w] to a picture [1, 3, height, width], about [-1, 1] and not clamped. */
export async function decodeLatents(
  context: RunContext,
  latents: Float32Array,
  [, channels, height, width]: readonly [number, number, number, number],
  space: LatentSpace,
): Promise<Planes> {
  const data = new Float32Array(latents.length)
  for (let i = 0; i < latents.length; i++) {
    data[i] = Math.fround((latents[i] as number) / space.scale) + space.shift
  }
  const ratio = { input: 1, output: space.factor }
  const decoded = await runAutoencoder(context, 'vae_decoder', { data, channels, height, width }, ratio)
  return { width: decoded.width, height: decoded.height, channels: decoded.channels, data: decoded.data }
}
