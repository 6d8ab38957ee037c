import { type PromptChunk, emptyChunk, planPrompt } from '../prompts/prompt-plan.ts'
import type { RunContext } from '../pipelines/pipeline.ts'
import { type EncoderName, padded, tokenizerOf } from './text-encoder.ts'

/** A text for CLIP: taken literally, or in A1111's language of weights, BREAK and long prompts. */
export type ClipText = { text: string; syntax?: 'plain' | 'weighted' | undefined }

export type ClipChunk = { ids: Int32Array; mask: Int32Array; weights?: readonly number[] }

/** The calls of 77 ids that a text needs: one for literal texts, cut there; as many as it takes for weighted ones. */
export async function chunksOf(
  context: RunContext,
  name: EncoderName,
  { text, syntax }: ClipText,
): Promise<ClipChunk[]> {
  if (syntax !== 'weighted') return [await padded(context, name, text)]
  const tokenizer = await tokenizerOf(context, name)
  const plan = planPrompt(text, tokenizer, {
    embeddings: tokenizer.learned ?? [],
    ...(takesOneChunk(context) ? { maximumChunks: 1 } : {}),
  })
  if (plan.cutOff !== undefined) context.note('prompt-cut', plan.cutOff.text)
  for (const unknown of plan.unknownEmbeddings) context.note('embedding-unknown', unknown)
  return plan.chunks.map(fed)
}

/** Chunks without words behind those of a shorter text, so that two encoders give sequences of one length. */
export async function lengthened(
  context: RunContext,
  name: EncoderName,
  chunks: ClipChunk[],
  count: number,
): Promise<ClipChunk[]> {
  if (chunks.length >= count) return chunks
  const empty = fed(emptyChunk(await tokenizerOf(context, name)))
  return [...chunks, ...Array.from({ length: count - chunks.length }, () => empty)]
}

function fed({ ids, weights }: PromptChunk): ClipChunk {
  return { ids: Int32Array.from(ids), mask: new Int32Array(ids.length).fill(1), weights }
}

/** Denoisers exported with a fixed sequence length take one chunk. */
function takesOneChunk(context: RunContext): boolean {
  const { unet, transformer } = context.sessions.parts.components
  const shape = (unet ?? transformer)?.shapes['encoder_hidden_states']
  return typeof shape?.[1] === 'number'
}
