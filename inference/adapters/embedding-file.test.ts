import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, it } from 'vitest'

import type { Component } from '../checkpoints/components.ts'
import { safetensorsBytes } from '../checkpoints/safetensors-fixture.ts'
import { embeddingRows, learnedBy, openEmbedding } from './embedding-file.ts'

let folder = ''
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'sanggar-words-')))
})
afterAll(() => rm(folder, { recursive: true }))

const encoder = (width: number): Component => {
  const table = { dtype: 'F32', shape: [10, width], path: 'model', begin: 0, end: 40 * width }
  const weights = new Map([['embeddings.token_embedding.weight', table]])
  return { type: 'CLIPTextModel', weights, config: {}, path: 'model' }
}
/** SDXL's and SD 3's shape: two models of CLIP; a third encoder has no words that could be learned. */
const encoders = new Map([
  ['text_encoder', encoder(4)],
  ['text_encoder_2', encoder(8)],
  ['text_encoder_3', { type: 'T5EncoderModel', weights: new Map(), config: {}, path: 'model' }],
])

it.each([
  ['both', { clip_l: 4, clip_g: 8 }, ['text_encoder', 'text_encoder_2']],
  ['the first', { clip_l: 4 }, ['text_encoder']],
  ['the second', { clip_g: 8 }, ['text_encoder_2']],
  ['neither', { clip_g: 6 }, 'adapter-mismatch'],
  ['one without saying which', { emb_params: 4 }, 'adapter-mismatch'],
] as const)('words that were learned for %s of two text encoders', async (name, tables, expected) => {
  const path = join(folder, `${name}.safetensors`)
  const specs = Object.entries(tables).map(([table, width]) => ({
    name: table,
    dtype: 'F32',
    shape: [2, width],
    data: new Uint8Array(8 * width),
  }))
  await writeFile(path, safetensorsBytes(specs))
  const embedding = await openEmbedding(path)
  if (expected === 'adapter-mismatch') {
    expect(() => embeddingRows(encoders, [embedding], 'model')).toThrow(expected)
    return
  }
  expect(Object.keys(embeddingRows(encoders, [embedding], 'model'))).toEqual(expected)
  // What a text model has no vectors for is no new word to its tokenizer: it reads it as it is written.
  const readers = [...encoders].filter(([, component]) => learnedBy(component, [embedding]).length > 0)
  expect(readers.map(([reader]) => reader)).toEqual(expected)
})
