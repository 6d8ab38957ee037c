import type { RunContext } from '../pipelines/pipeline.ts'
import type { Tensor } from '../tensor.ts'
import { type EncoderName, encodeIds, hiddenState, tokenizerOf } from './text-encoder.ts'

/**
 * The prompt in the chat template through Qwen3, last hidden state but one, of the text's own tokens only. (The
 * reference pads to `length` and drops the padding again; the model is causal, so leaving it out is the same.)
 */
export async function encodeChat(
  context: RunContext,
  name: EncoderName,
  text: string,
  length: number,
): Promise<Tensor> {
  const tokenizer = await tokenizerOf(context, name)
  const messages = [{ role: 'user' as const, content: text }]
  const chat =
    tokenizer.renderChat?.(messages, { enableThinking: true, addGenerationPrompt: true }) ??
    `<|im_start|>user\n${text}<|im_end|>\n<|im_start|>assistant\n`
  const all = tokenizer.encode(chat)
  if (all.length > length) context.note('prompt-cut', text)
  const ids = Int32Array.from(all.slice(0, length))
  const mask = new Int32Array(ids.length).fill(1)
  const [hidden] = await encodeIds(
    context,
    name,
    { ids, mask },
    (available) => [hiddenState(context, available, 2)],
    true,
  )
  return hidden as Tensor
}
