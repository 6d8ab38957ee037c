import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { bytes, float, integer, joined, message, text } from '../graph/protobuf.ts'
import { openTokenizer } from './open-tokenizer.ts'

const data = fileURLToPath(new URL('../../reference/data/tokenizers/', import.meta.url))

/** The reference's T5 vocabulary in the form in which T5 itself was published. */
async function asSentencePiece(modelType: number): Promise<Uint8Array> {
  const { model, normalizer } = JSON.parse(await readFile(join(data, 't5-tiny/tokenizer.json'), 'utf8')) as {
    model: { vocab: [string, number][]; unk_id: number }
    normalizer: { precompiled_charsmap: string }
  }
  const pieces = model.vocab
    .filter(([piece]) => !piece.startsWith('<extra_id_'))
    .map(([piece, score], id) =>
      message(1, [text(1, piece), float(2, score), integer(3, id === model.unk_id ? 2 : id < 2 ? 3 : 1)]),
    )
  const trainer = message(2, [integer(3, modelType), integer(40, model.unk_id)])
  const rules = message(3, [
    text(1, 'nmt_nfkc'),
    bytes(2, Buffer.from(normalizer.precompiled_charsmap, 'base64')),
  ])
  return joined([...pieces, trainer, rules])
}

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sanggar-sentencepiece-'))
})
afterAll(async () => rm(folder, { recursive: true }))

test('spiece.model alone gives the ids of tokenizer.json', async () => {
  await writeFile(join(folder, 'spiece.model'), await asSentencePiece(1))
  const tokenizer = await openTokenizer(folder)
  expect(tokenizer).toMatchObject({ kind: 't5', eosId: 1, padId: 0, maxLength: 512 })
  const { cases } = JSON.parse(await readFile(join(data, 't5-tiny.expected.json'), 'utf8')) as {
    cases: { text: string; ids: number[] }[]
  }
  for (const { text: prompt, ids } of cases)
    expect(tokenizer.encode(prompt), JSON.stringify(prompt)).toEqual(ids)
})

test('another kind of model, and a file that is cut off, are refused in kind', async () => {
  const damaged = { failure: { code: 'model-damaged' } }
  await writeFile(join(folder, 'spiece.model'), await asSentencePiece(2))
  await expect(openTokenizer(folder)).rejects.toMatchObject(damaged)
  const whole = await asSentencePiece(1)
  for (const length of [1, 7, 1000, whole.length - 1]) {
    await writeFile(join(folder, 'spiece.model'), whole.subarray(0, length))
    await expect(openTokenizer(folder)).rejects.toMatchObject(damaged)
  }
  await writeFile(join(folder, 'spiece.model'), Buffer.alloc(64, 255))
  await expect(openTokenizer(folder)).rejects.toMatchObject(damaged)
})
