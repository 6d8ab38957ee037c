import { SanggarError } from '../../contract/errors.ts'
import { type ComponentName, type TokenizerName, needTokenizer } from '../model-parts.ts'
import { checkOutput } from '../pipelines/output-check.ts'
import type { RunContext } from '../pipelines/pipeline.ts'
import type { Tensor } from '../tensor.ts'
import type { Tokenizer } from '../tokenizers/tokenizer.ts'
import { hiddenStates } from './layer-names.ts'

export type EncoderName = Extract<ComponentName, `text_encoder${string}`>

export type Ids = { ids: Int32Array; mask: Int32Array }

/** The tokenizer that belongs to a text encoder. */
export function tokenizerOf(context: RunContext, name: EncoderName): Promise<Tokenizer> {
  return needTokenizer(context.sessions.parts, name.replace('text_encoder', 'tokenizer') as TokenizerName)
}

/** `length` ids, with a note of what was cut off. */
export async function padded(
  context: RunContext,
  name: EncoderName,
  text: string,
  length?: number,
): Promise<Ids> {
  const tokenizer = await tokenizerOf(context, name)
  const { ids, mask, truncated, dropped } = tokenizer.encodePadded(text, length ?? tokenizer.maxLength)
  if (truncated) context.note('prompt-cut', dropped)
  return { ids, mask }
}

/**
 * Runs a text encoder over one row of ids. `attend` false feeds a mask of ones to graphs that ask for one: CLIP
 * and T5 run without mask in the reference, so padding counts.
 */
export async function encodeIds(
  context: RunContext,
  name: EncoderName,
  { ids, mask }: Ids,
  outputs: (available: string[]) => string[],
  attend = false,
): Promise<Tensor[]> {
  await context.pause()
  const session = await context.sessions.session(name)
  const shape = [1, ids.length]
  const wanted = outputs(session.outputs.map((port) => port.name))
  const answer = await session.run(
    {
      [session.inputs[0]?.name ?? 'input_ids']: { data: ids, shape },
      attention_mask: { data: attend ? mask : new Int32Array(ids.length).fill(1), shape },
    },
    wanted,
  )
  return wanted.map((output) => {
    const tensor = answer[output]
    if (tensor === undefined) throw new Error(`no output ${output}`)
    checkOutput(tensor.data, name)
    return tensor
  })
}

/** The layer `fromEnd` (1 is the last). Throws 'capability-missing' when the export does not give it. */
export function hiddenState(context: RunContext, available: string[], fromEnd: number): string {
  const found = hiddenStates(available).at(-fromEnd)
  if (found === undefined) {
    const capability = `text encoder output hidden_states[-${fromEnd}]`
    throw new SanggarError({ code: 'capability-missing', model: context.sessions.parts.path, capability })
  }
  return found
}
