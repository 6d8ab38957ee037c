import type { Planes } from '../images/pixels.ts'
import type { LatentSpace, RunContext } from '../pipelines/pipeline.ts'
import { checkOutput } from '../pipelines/output-check.ts'

/** Latents [1, c, h, w] as the decoder takes them: latents / scale + shift. */
export function unscaled(latents: Float32Array, space: LatentSpace): Float32Array {
  const result = new Float32Array(latents.length)
  for (let i = 0; i < latents.length; i++)
    result[i] = Math.fround((latents[i] as number) / space.scale) + space.shift
  return result
}

/** Latents to a picture [1, 3, height, width], about [-1, 1] and not clamped. */
export async function decodeLatents(
  context: RunContext,
  latents: Float32Array,
  [, channels, height, width]: readonly [number, number, number, number],
  space: LatentSpace,
): Promise<Planes> {
  await context.pause()
  const session = await context.sessions.session('vae_decoder')
  const [input] = session.inputs
  const [output] = session.outputs
  if (input === undefined || output === undefined) throw new Error('a graph without inputs or outputs')
  const data = unscaled(latents, space)
  const feeds = { [input.name]: { data, shape: [1, channels, height, width] } }
  const answer = await session.run(feeds, [output.name])
  const decoded = answer[output.name]
  const [, planes, rows, columns] = decoded?.shape ?? []
  if (decoded === undefined || planes === undefined || rows === undefined || columns === undefined) {
    throw new Error('a decoder that does not answer a picture')
  }
  checkOutput(decoded.data, 'vae_decoder')
  return { width: columns, height: rows, channels: planes, data: decoded.data }
}
