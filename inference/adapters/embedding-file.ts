import { basename } from 'node:path'

import { SanggarError } from '../../contract/errors.ts'
import type { Component } from '../checkpoints/components.ts'
import { readSafetensorsHeader } from '../checkpoints/safetensors.ts'
import { reshaped, weightsOf, type Weight } from '../graph/weights.ts'
import type { Tokenizer } from '../tokenizers/tokenizer.ts'

/** Textual inversion (Gal et al. 2022): vectors for words that the text model has never seen. */
export type EmbeddingFile = {
  path: string
  /** the word in a prompt */
  token: string
  /** [vectors, width], one for each text model it was learned for */
  tables: readonly Weight[]
  /** learned for one of several text models, as its name says: the others read the word as it is written */
  isForOne: boolean
}

/** A1111 names the tensor, diffusers calls it by the word itself, SDXL files hold one for each text model. */
const sharedNames = new Set(['emb_params', 'string_to_param.*', '*'])
const dualNames = ['clip_l', 'clip_g']

const fileNameOf = (path: string): string => basename(path).replace(/\.safetensors$/i, '')

function table(weight: Weight): Weight {
  return weight.shape.length === 1 ? reshaped(weight, [1, ...weight.shape]) : weight
}

/**
 * Reads an embedding's header. The word is `token`, else the tensor's own name (diffusers), else the file's.
 * Throws 'model-unsupported' when the file is no embedding, 'model-damaged', 'path-not-found'.
 */
export async function openEmbedding(path: string, token?: string): Promise<EmbeddingFile> {
  const weights = await weightsOf(await readSafetensorsHeader(path))
  const fileName = fileNameOf(path)
  const dual = dualNames.map((name) => weights.get(name)).filter((weight) => weight !== undefined)
  const single = [...weights].filter(([name]) => !dualNames.includes(name))
  // A1111 keeps notes of the training beside the vectors.
  const first = single.find(([name]) => sharedNames.has(name)) ?? single[0]
  const flat = ({ shape: [rows, ...rest] }: Weight): boolean =>
    rest.length < 2 && rows !== undefined && rows > 0
  if (dual.length > 0 && dual.every(flat)) {
    return { path, token: token ?? fileName, tables: dual.map(table), isForOne: dual.length === 1 }
  }
  if (first === undefined || weights.size > 10 || !flat(first[1])) {
    throw new SanggarError({
      code: 'model-unsupported',
      path,
      kind: 'embedding',
      reason: 'no vectors inside',
    })
  }
  const [name, weight] = first
  return {
    path,
    token: token ?? (sharedNames.has(name) ? fileName : name),
    tables: [table(weight)],
    isForOne: false,
  }
}

const widthOf = (component: Component): number | undefined =>
  component.weights.get('embeddings.token_embedding.weight')?.shape[1]

/** What was learned for a text encoder; by width, the files do not say. */
function tableFor(component: Component, { tables }: EmbeddingFile): Weight | undefined {
  const width = widthOf(component)
  return width === undefined ? undefined : tables.find(({ shape }) => shape[1] === width)
}

/** The embeddings that one text encoder has vectors for: no other's words are new to its tokenizer. */
export function learnedBy(
  component: Component | undefined,
  embeddings: readonly EmbeddingFile[],
): EmbeddingFile[] {
  return embeddings.filter(
    (embedding) => component !== undefined && tableFor(component, embedding) !== undefined,
  )
}

/** The vectors that each text encoder is given, in the order of their ids. */
export function embeddingRows(
  networks: ReadonlyMap<string, Component>,
  embeddings: readonly EmbeddingFile[],
  model: string,
): Record<string, Weight[]> {
  const rows: Record<string, Weight[]> = {}
  for (const embedding of embeddings) {
    const encoders = [...networks].filter(([, component]) => widthOf(component) !== undefined)
    let readers = 0
    for (const [name, component] of encoders) {
      const own = tableFor(component, embedding)
      if (own === undefined) continue
      rows[name] = [...(rows[name] ?? []), own]
      readers++
    }
    if (readers < (embedding.isForOne ? 1 : encoders.length)) {
      throw new SanggarError({ code: 'adapter-mismatch', adapter: embedding.path, model })
    }
  }
  return rows
}

/** The words of an embedding of n vectors: word, word_1, … word_(n-1). */
function wordsOf({ token, tables }: EmbeddingFile): string[] {
  const count = tables[0]?.shape[0] ?? 1
  return Array.from({ length: count }, (_, i) => (i === 0 ? token : `${token}_${i}`))
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Every learned word in the text followed by the words of its further vectors. */
export function withLearnedWords(text: string, embeddings: readonly EmbeddingFile[]): string {
  let result = text
  for (const embedding of embeddings) {
    const words = wordsOf(embedding).join(' ')
    result = result.replaceAll(new RegExp(escaped(embedding.token), 'gi'), () => words)
  }
  return result
}

/** A tokenizer that knows the words; their ids follow the vocabulary in the order of `embeddings`. */
export function withEmbeddings(tokenizer: Tokenizer, embeddings: readonly EmbeddingFile[]): Tokenizer {
  if (embeddings.length === 0) return tokenizer
  // By its word, and as other programs call it: by its file.
  const learned = embeddings.flatMap((embedding) => {
    const ids = tokenizer.addTokens(wordsOf(embedding))
    const names = new Set([embedding.token, fileNameOf(embedding.path)])
    return [...names].map((name) => ({ name, ids }))
  })
  const spelled = (text: string): string => withLearnedWords(text, embeddings)
  return {
    ...tokenizer,
    learned,
    encode: (text) => tokenizer.encode(spelled(text)),
    encodeBare: (text) => tokenizer.encodeBare(spelled(text)),
    encodePadded: (text, length) => tokenizer.encodePadded(spelled(text), length),
  }
}
