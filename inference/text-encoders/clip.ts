import { SanggarError } from '../../contract/errors.ts'
import { applyWeights } from '../prompts/emphasis.ts'
import type { RunContext } from '../pipelines/pipeline.ts'
import { type Tensor, concatenate } from '../tensor.ts'
import { type ClipChunk, type ClipText, chunksOf, lengthened } from './clip-chunks.ts'
import { finalNorm } from './final-norm.ts'
import { type EncoderName, encodeIds, hiddenState, padded } from './text-encoder.ts'

/**
 * SD 1.x and 2.x: the last hidden state [1, 77 n, width]; `skip` layers from the end are left out and the final
 * norm is applied to what remains.
 */
export async function encodeClip(
  context: RunContext,
  name: EncoderName,
  text: ClipText,
  skip = 0,
): Promise<Tensor> {
  const encoded: Tensor[] = []
  for (const chunk of await chunksOf(context, name, text)) {
    encoded.push(weighted(await encodeNormed(context, name, chunk, skip), chunk))
  }
  return concatenate(encoded, 1)
}

async function encodeNormed(context: RunContext, name: EncoderName, chunk: ClipChunk, skip: number) {
  if (skip === 0) {
    const [last] = await encodeIds(context, name, chunk, (available) => [lastOutput(available)])
    return last as Tensor
  }
  const [last, deepest, chosen] = await encodeIds(context, name, chunk, (available) => [
    lastOutput(available),
    hiddenState(context, available, 1),
    hiddenState(context, available, skip + 1),
  ])
  return finalNorm(deepest as Tensor, last as Tensor)(chosen as Tensor)
}

function lastOutput(available: string[]): string {
  return available.includes('last_hidden_state') ? 'last_hidden_state' : (available[0] ?? '')
}

function weighted(hidden: Tensor, { weights }: ClipChunk): Tensor {
  if (weights === undefined) return hidden
  return { data: applyWeights(hidden.data, hidden.shape, weights), shape: hidden.shape }
}

type Penultimate = { hidden: Tensor; pooled: Tensor | undefined }

/**
 * SDXL and SD3: the last hidden state but one of each encoder, without the final norm (`skip` further ones left out),
 * brought to one length and joined along the width; what `pooledBy` names first of the first chunks.
 */
export async function encodeSideBySide(
  context: RunContext,
  texts: readonly (readonly [EncoderName, ClipText])[],
  skip = 0,
  pooledBy: readonly string[] = ['text_embeds'],
): Promise<{ hidden: Tensor; pooled: Tensor[] }> {
  const chunks: ClipChunk[][] = []
  for (const [name, text] of texts) chunks.push(await chunksOf(context, name, text))
  const count = Math.max(...chunks.map((list) => list.length))
  const encoded: Penultimate[] = []
  for (const [i, [name]] of texts.entries()) {
    const list = await lengthened(context, name, chunks[i] ?? [], count)
    encoded.push(await encodeChunks(context, name, list, skip, pooledBy))
  }
  return {
    hidden: concatenate(
      encoded.map(({ hidden }) => hidden),
      2,
    ),
    pooled: encoded.flatMap(({ pooled }) => (pooled === undefined ? [] : [pooled])),
  }
}

async function encodeChunks(
  context: RunContext,
  name: EncoderName,
  chunks: ClipChunk[],
  skip: number,
  pooledBy: readonly string[],
): Promise<Penultimate> {
  const parts: Tensor[] = []
  let pooled: Tensor | undefined
  for (const chunk of chunks) {
    const [hidden, projection] = await encodeIds(context, name, chunk, (available) => [
      hiddenState(context, available, skip + 2),
      ...pooledBy.filter((output) => available.includes(output)).slice(0, 1),
    ])
    parts.push(weighted(hidden as Tensor, chunk))
    pooled ??= projection
  }
  return { hidden: concatenate(parts, 1), pooled }
}

/** Flux: only the pooled vector of the last layer. */
export async function encodePooled(context: RunContext, name: EncoderName, text: string): Promise<Tensor> {
  const ids = await padded(context, name, text)
  const [pooled] = await encodeIds(context, name, ids, (available) => {
    const found = ['pooler_output', 'text_embeds'].find((output) => available.includes(output))
    if (found === undefined) {
      const capability = 'text encoder output pooler_output'
      throw new SanggarError({ code: 'capability-missing', model: context.sessions.parts.path, capability })
    }
    return [found]
  })
  return pooled as Tensor
}
