import type { RunContext } from '../pipelines/pipeline.ts'
import type { Tensor } from '../tensor.ts'
import { type EncoderName, encodeIds, padded } from './text-encoder.ts'

/**
 * T5's last hidden state [1, length, width]. Padded to `length`, or to the one length of a graph with fixed axes, and
 * run without a mask, as the reference does: another length is another result.
 */
export async function encodeT5(
  context: RunContext,
  name: EncoderName,
  text: string,
  length: number,
): Promise<Tensor> {
  const declared = Object.values(context.sessions.parts.components[name]?.shapes ?? {})[0]?.[1]
  const ids = await padded(context, name, text, typeof declared === 'number' ? declared : length)
  const [hidden] = await encodeIds(context, name, ids, (available) => available.slice(0, 1))
  return hidden as Tensor
}
