import { SanggarError } from '../../contract/errors.ts'
import type { RunContext } from '../pipelines/pipeline.ts'
import type { Tensor } from '../tensor.ts'
import { finalNorm } from './final-norm.ts'
import { type EncoderName, encodeIds, hiddenState, padded } from './text-encoder.ts'

/**
 * SD 1.x and 2.x: the last hidden state [1, 77, width]; `skip` layers from the end are left out and the final
 * norm is applied to what remains.
 */
export async function encodeClip(
  context: RunContext,
  name: EncoderName,
  text: string,
  skip = 0,
): Promise<Tensor> {
  const ids = await padded(context, name, text)
  if (skip === 0) {
    const [last] = await encodeIds(context, name, ids, (available) => [lastOutput(available)])
    return last as Tensor
  }
  const [last, deepest, chosen] = await encodeIds(context, name, ids, (available) => [
    lastOutput(available),
    hiddenState(context, available, 1),
    hiddenState(context, available, skip + 1),
  ])
  return finalNorm(deepest as Tensor, last as Tensor)(chosen as Tensor)
}

function lastOutput(available: string[]): string {
  return available.includes('last_hidden_state') ? 'last_hidden_state' : (available[0] ?? '')
}

/**
 * SDXL and SD3: the last hidden state but one, without the final norm (`skip` further ones left out), and the
 * pooled projection where the encoder has one.
 */
export async function encodePenultimate(
  context: RunContext,
  name: EncoderName,
  text: string,
  skip = 0,
): Promise<{ hidden: Tensor; pooled: Tensor | undefined }> {
  const ids = await padded(context, name, text)
  const [hidden, pooled] = await encodeIds(context, name, ids, (available) => [
    hiddenState(context, available, skip + 2),
    ...available.filter((output) => output === 'text_embeds'),
  ])
  return { hidden: hidden as Tensor, pooled }
}

/** Flux: only the pooled vector of the last layer. */
export async function encodePooled(context: RunContext, name: EncoderName, text: string): Promise<Tensor> {
  const ids = await padded(context, name, text)
  const [pooled] = await encodeIds(context, name, ids, (available) => {
    const found = ['pooler_output', 'text_embeds'].find((output) => available.includes(output))
    if (found === undefined) {
      const model = context.sessions.parts.path
      throw new SanggarError({
        code: 'capability-missing',
        model,
        capability: 'text encoder output pooler_output',
      })
    }
    return [found]
  })
  return pooled as Tensor
}
