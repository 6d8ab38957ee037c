import { cp, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { SanggarError, type Failure } from '../../contract/errors.ts'
import { openTokenizer } from './open-tokenizer.ts'

const data = fileURLToPath(new URL('../../reference/data/', import.meta.url))
const known = (name: string): string => join(data, 'tokenizers', name)
type Json = Record<string, unknown>
const readJson = async (path: string): Promise<Json> => JSON.parse(await readFile(path, 'utf8')) as Json

let scratch = ''
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'sanggar-tokenizer-'))
})
afterAll(async () => rm(scratch, { recursive: true }))

let folders = 0
async function folderWith(files: Record<string, string | object>): Promise<string> {
  const folder = join(scratch, String(folders++))
  await mkdir(folder)
  for (const [name, content] of Object.entries(files))
    await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  return folder
}

async function failureAt(folder: string): Promise<Failure | undefined> {
  try {
    await openTokenizer(folder)
  } catch (error) {
    expect(error).toBeInstanceOf(SanggarError)
    return (error as SanggarError).failure
  }
  return undefined
}

type Expected = { cases: { text: string; ids: number[] }[] }

describe('vocab.json with merges.txt gives the ids of tokenizer.json', () => {
  test.each(['clip', 'clip-tiny', 'qwen2-tiny'])('%s', async (name) => {
    const folder = join(scratch, name)
    await mkdir(folder)
    for (const file of ['vocab.json', 'merges.txt', 'tokenizer_config.json'])
      await cp(join(known(name), file), join(folder, file))
    const tokenizer = await openTokenizer(folder)
    const { cases } = (await readJson(known(`${name}.expected.json`))) as Expected
    for (const { text, ids } of cases) expect(tokenizer.encode(text), JSON.stringify(text)).toEqual(ids)
    expect(cases.length).toBeGreaterThan(100)
  })

  test('without a line of configuration CLIP is still CLIP', async () => {
    const folder = join(scratch, 'bare')
    await mkdir(folder)
    for (const file of ['vocab.json', 'merges.txt'])
      await cp(join(known('clip-tiny'), file), join(folder, file))
    const tokenizer = await openTokenizer(folder)
    expect(tokenizer).toMatchObject({ kind: 'clip', bosId: 998, eosId: 999, padId: 999, maxLength: 77 })
  })
})

test('what the folders are', async () => {
  expect(await openTokenizer(known('clip'))).toMatchObject({
    kind: 'clip',
    bosId: 49406,
    eosId: 49407,
    padId: 49407,
  })
  expect(await openTokenizer(known('clip'), { padToken: '!' })).toMatchObject({ padId: 0 })
  expect(await openTokenizer(known('t5-tiny'))).toMatchObject({
    kind: 't5',
    eosId: 1,
    padId: 0,
    maxLength: 512,
  })
  const qwen = await openTokenizer(known('qwen2-tiny'))
  expect(qwen).toMatchObject({ kind: 'qwen2', padId: 4081, eosId: 4083 })
  expect(qwen.bosId).toBeUndefined()
})

test('textual inversions get the ids that the reference gives them', async () => {
  const tokenizer = await openTokenizer(known('clip-tiny'))
  expect(tokenizer.addTokens(['style2', 'style2_1', '<my-cat>'])).toEqual([1000, 1001, 1002])
  expect(tokenizer.addTokens(['style2'])).toEqual([1000])
  const { cases } = (await readJson(join(data, 'checkpoints/embeddings/sd15.expected.json'))) as {
    cases: { expanded_prompt: string; input_ids: number[] }[]
  }
  for (const { expanded_prompt: text, input_ids: ids } of cases)
    expect([...tokenizer.encodePadded(text, 77).ids]).toEqual(ids)
})

test('a placeholder spelled like a word piece gets an id of its own', async () => {
  const tokenizer = await openTokenizer(known('clip-tiny'))
  expect(tokenizer.addTokens(['th'])).toEqual([1000])
})

describe('padding and truncation', () => {
  test('the words that were cut off are named, from the first that is not whole', async () => {
    const tokenizer = await openTokenizer(known('clip'))
    const { ids, mask, truncated, dropped } = tokenizer.encodePadded(`${'cat '.repeat(74)}photo, tail`, 77)
    expect([truncated, ids[76], mask[76]]).toEqual([true, 49407, 1])
    expect(dropped).toBe(', tail')
    const split = tokenizer.encodePadded(`${'cat '.repeat(74)}zxqvwkj tail`, 77)
    expect(split.dropped).toBe('zxqvwkj tail')
    expect(tokenizer.encodePadded('cat', 77).dropped).toBe('')
  })

  test('for any text: exact length, ones then zeros, and what is kept and dropped make up the text', async () => {
    const tokenizer = await openTokenizer(known('t5-tiny'))
    const text = fc
      .array(fc.constantFrom('a ', 'photo ', '猫', ', ', 'zxq', '\u00e9', '  '))
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 20 }), (prompt, length) => {
        const { ids, mask, truncated, dropped } = tokenizer.encodePadded(prompt, length)
        const full = tokenizer.encode(prompt)
        expect([ids.length, mask.length, truncated]).toEqual([length, length, full.length > length])
        expect([...mask]).toEqual([...mask].toSorted((a, b) => b - a))
        expect(prompt.endsWith(dropped)).toBe(true)
        const kept = tokenizer.encodeBare(prompt.slice(0, prompt.length - dropped.length))
        expect(kept.length).toBeLessThanOrEqual(length - 1)
        expect(dropped !== '').toBe(truncated)
      }),
    )
  })
})

describe('hostile folders', () => {
  const bpe = { type: 'BPE', vocab: { a: 0, b: 1, ab: 2 }, merges: ['a b'] }

  test('nothing there, or half of it', async () => {
    expect(await failureAt(join(scratch, 'nosuch'))).toMatchObject({ code: 'model-folder-incomplete' })
    expect(await failureAt(await folderWith({ 'vocab.json': { a: 0 } }))).toMatchObject({
      code: 'model-folder-incomplete',
      missing: 'merges.txt',
    })
  })

  test('the smallest tokenizer there can be', async () => {
    const tokenizer = await openTokenizer(await folderWith({ 'tokenizer.json': { model: bpe } }))
    expect([tokenizer.kind, tokenizer.encode('abba')]).toEqual(['bpe', [2, 1, 0]])
  })

  const charsmap = Buffer.from([255, 0, 0, 0, 1, 2]).toString('base64')
  const nest = (depth: number): object =>
    depth === 0 ? { type: 'NFC' } : { type: 'Sequence', normalizers: [nest(depth - 1)] }
  test.each<[string, string | object]>([
    ['empty', ''],
    ['cut off', '{"model": {"type": "BPE", "vocab": {"a"'],
    ['a number', '5'],
    ['null', 'null'],
    ['no model', {}],
    ['an unknown model', { model: { type: 'Magic', vocab: {} } }],
    ['ids that are words', { model: { ...bpe, vocab: { a: 'b' } } }],
    ['negative ids', { model: { ...bpe, vocab: { a: -1 } } }],
    ['enormous ids', { model: { ...bpe, vocab: { a: 1e15 } } }],
    ['merges of numbers', { model: { ...bpe, merges: [[1, 2]] } }],
    ['no merges', { model: { type: 'BPE', vocab: {} } }],
    ['a Unigram without pieces', { model: { type: 'Unigram', vocab: [], unk_id: 0 } }],
    ['unk_id outside', { model: { type: 'Unigram', vocab: [['a', -1]], unk_id: 7 } }],
    ['added tokens without id', { model: bpe, added_tokens: [{ content: 'x' }] }],
    ['an unknown normalizer', { model: bpe, normalizer: { type: 'Magic' } }],
    ['an unknown pre-tokenizer', { model: bpe, pre_tokenizer: { type: 'Magic' } }],
    ['normalizers without end', { model: bpe, normalizer: nest(40) }],
    [
      'a damaged charsmap',
      { model: bpe, normalizer: { type: 'Precompiled', precompiled_charsmap: charsmap } },
    ],
    [
      'a broken pattern',
      { model: bpe, normalizer: { type: 'Replace', pattern: { Regex: '(' }, content: '' } },
    ],
    [
      'a Split we cannot do',
      { model: bpe, pre_tokenizer: { type: 'Split', pattern: { String: 'a' }, behavior: 'Contiguous' } },
    ],
    [
      'a list for a component',
      { model: bpe, pre_tokenizer: { type: 'Sequence', pretokenizers: 'ByteLevel' } },
    ],
  ])('%s', async (_, content) => {
    const failure = await failureAt(await folderWith({ 'tokenizer.json': content }))
    expect(failure).toMatchObject({ code: 'model-damaged' })
  })

  test.each<[string, string | object, string, Record<string, string>]>([
    ['cut off', '{"model": {"type": "BPE"', 'not-json', {}],
    ['a number', '5', 'no-object', {}],
    [
      'ids that are words',
      { model: { ...bpe, vocab: { a: 'b' } } },
      'entry-unknown',
      { entry: 'model.vocab' },
    ],
    [
      'an unknown normalizer',
      { model: bpe, normalizer: { type: 'Magic' } },
      'vocabulary-unusable',
      { words: 'unknown normalizer Magic' },
    ],
  ])('%s is said in words of our own', async (_, content, detail, facts) => {
    const failure = await failureAt(await folderWith({ 'tokenizer.json': content }))
    expect(failure).toMatchObject({ code: 'model-damaged', detail, facts })
  })

  test('a configuration of the wrong types', async () => {
    for (const config of ['[]', '{"pad_token": 5}', '{"model_max_length": "long"}', '{'])
      expect(
        await failureAt(
          await folderWith({ 'tokenizer.json': { model: bpe }, 'tokenizer_config.json': config }),
        ),
      ).toMatchObject({ code: 'model-damaged' })
  })

  test('a file of many gigabytes is refused unread', async () => {
    const folder = await folderWith({ 'tokenizer.json': '{' })
    await truncate(join(folder, 'tokenizer.json'), 3e9)
    expect(await failureAt(folder)).toMatchObject({ code: 'model-damaged', detail: 'too-large' })
  })

  test('a real file cut at any place, or with any byte changed, opens or is refused in kind', async () => {
    const whole = await readFile(join(known('t5-tiny'), 'tokenizer.json'))
    const folder = await folderWith({})
    const place = fc.integer({ min: 0, max: whole.length - 1 })
    await fc.assert(
      fc.asyncProperty(place, fc.nat(255), fc.boolean(), async (at, byte, cut) => {
        const bytes = Buffer.from(cut ? whole.subarray(0, at) : whole)
        if (!cut) bytes[at] = byte
        await writeFile(join(folder, 'tokenizer.json'), bytes)
        const failure = await failureAt(folder)
        if (cut) expect(failure).toMatchObject({ code: 'model-damaged' })
      }),
      { numRuns: 60 },
    )
  })
})

test('letters that came after Unicode 16 are signs, as they are for the reference', async () => {
  const tokenizer = await openTokenizer(known('clip-tiny'))
  const bare = (text: string): number[] => tokenizer.encodeBare(text)
  // U+10940 is a letter of Sidetic, of Unicode 17; U+10D4A is one of Garay, of Unicode 16.
  expect(bare('a\u{10940}')).toEqual([...bare('a'), ...bare('\u{10940}')])
  expect(bare('!\u{10940}')).not.toEqual([...bare('!'), ...bare('\u{10940}')])
  expect(bare('a\u{10d4a}')).not.toEqual([...bare('a'), ...bare('\u{10d4a}')])
})
