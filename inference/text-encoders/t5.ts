import type { RunContext } from '../pipelines/pipeline.ts'
import type { Tensor } from '../tensor.ts'
import { type EncoderName, encodeIds, padded } from './text-encoder.ts'

/**
 * T5's last hidden state [1, length, width]. Padded to `length` and run without a mask, as the reference does:
 * another length is another result.
 */
export async function encodeT5(
  context: RunContext,
  name: EncoderName,
  text: string,
  length: number,
): Promise<Tensor> {
  const ids = await padded(context, name, text, length)
  const [hidden] = await encodeIds(context, name, ids, (available) => available.slice(0, 1))
  return hidden as Tensor
}
