import { fileURLToPath } from 'node:url'

import fc from 'fast-check'
import { expect, test } from 'vitest'

import { SanggarError } from '../../contract/errors.ts'
import { openTokenizer } from '../tokenizers/open-tokenizer.ts'
import { emptyChunk, planPrompt } from './prompt-plan.ts'

const folder = fileURLToPath(new URL('../../reference/data/tokenizers/clip-tiny', import.meta.url))
const tokenizer = await openTokenizer(folder)
const [word = 0] = tokenizer.encodeBare('a')
const [comma = 0] = tokenizer.encodeBare(',')
const words = (count: number): string => 'a '.repeat(count).trimEnd()
/** ids of a chunk without its frame */
const inner = ({ ids }: { ids: number[] }): number[] => ids.slice(1, ids.indexOf(tokenizer.eosId ?? -1))

test('a short prompt is what the reference feeds', () => {
  const { chunks, tokenCount } = planPrompt('a photo of a cat', tokenizer)
  expect(chunks.map(({ ids }) => ids)).toEqual([[...tokenizer.encodePadded('a photo of a cat', 77).ids]])
  expect(tokenCount).toBe(tokenizer.encodeBare('a photo of a cat').length)
  expect(planPrompt('', tokenizer).chunks).toEqual([emptyChunk(tokenizer)])
})

test('weights lie beside the ids they belong to', () => {
  const [chunk] = planPrompt('a (a a:1.5) [a]', tokenizer).chunks
  expect(chunk?.weights.slice(0, 6)).toEqual([1, 1, 1.5, 1.5, 1 / 1.1, 1])
  expect(chunk?.weights).toHaveLength(77)
})

test('75 tokens fill a chunk, the 76th opens the next', () => {
  expect(planPrompt(words(75), tokenizer).chunks).toHaveLength(1)
  const { chunks } = planPrompt(words(76), tokenizer)
  expect(chunks.map((chunk) => inner(chunk).length)).toEqual([75, 1])
  expect(chunks.every(({ ids }) => ids.length === 77 && ids[0] === tokenizer.bosId)).toBe(true)
})

test('a chunk ends at a comma at most 20 tokens back', () => {
  const near = planPrompt(`${words(60)}, ${words(30)}`, tokenizer).chunks
  expect(near.map((chunk) => inner(chunk).length)).toEqual([61, 30])
  expect(inner(near[0] ?? { ids: [] }).at(-1)).toBe(comma)
  const far = planPrompt(`${words(50)}, ${words(40)}`, tokenizer).chunks
  expect(far.map((chunk) => inner(chunk).length)).toEqual([75, 16])
})

test('BREAK ends a chunk; two of them leave an empty one between', () => {
  expect(planPrompt('a BREAK a a', tokenizer).chunks.map((chunk) => inner(chunk))).toEqual([
    [word],
    [word, word],
  ])
  expect(planPrompt('a BREAK BREAK a', tokenizer).chunks[1]).toEqual(emptyChunk(tokenizer))
})

test('embeddings: by name in running text, by embedding:name, with their weight, never torn', async () => {
  const own = await openTokenizer(folder)
  const embeddings = [{ name: 'style2', ids: own.addTokens(['style2', 'style2_1']) }]
  const [first, second] = embeddings[0]?.ids ?? []
  expect([first, second]).toEqual([1000, 1001])
  const plan = planPrompt('a (style2:1.2) embedding:Style2.pt', own, { embeddings })
  expect(inner(plan.chunks[0] ?? { ids: [] })).toEqual([word, first, second, first, second])
  expect(plan.chunks[0]?.weights.slice(1, 6)).toEqual([1, 1.2, 1.2, 1, 1])
  const long = planPrompt(`${words(74)} style2`, own, { embeddings })
  expect(long.chunks.map((chunk) => inner(chunk).length)).toEqual([74, 2])
})

test('an embedding that nobody knows is reported', () => {
  const { unknownEmbeddings, tokenCount } = planPrompt('embedding:nosuch', tokenizer)
  expect(unknownEmbeddings).toEqual(['nosuch'])
  expect(tokenCount).toBeGreaterThan(0)
})

test('LoRA mentions are taken out', () => {
  const { loras, chunks } = planPrompt('a<lora:x:0.5> a', tokenizer)
  expect(loras).toMatchObject([{ name: 'x', scale: 0.5 }])
  expect(inner(chunks[0] ?? { ids: [] })).toEqual([word, word])
})

test('what does not fit is shown with its place', () => {
  const prompt = `${words(75)} (tail:1.2) end`
  const { chunks, cutOff } = planPrompt(prompt, tokenizer, { maximumChunks: 1 })
  expect(chunks).toHaveLength(1)
  expect(cutOff?.text).toBe('tail:1.2) end')
  expect(cutOff?.start).toBe(prompt.indexOf('tail'))
  const inside = planPrompt(`${words(75)} tail end`, tokenizer, { maximumChunks: 1 })
  expect(inside.cutOff?.text.trim()).toBe('tail end')
  expect(planPrompt(words(75), tokenizer, { maximumChunks: 1 }).cutOff).toBeUndefined()
})

test('a fault in the prompt is a typed error with its position', () => {
  expect(() => planPrompt('a (b:1.2.3)', tokenizer)).toThrow(
    expect.objectContaining({ failure: { code: 'prompt-syntax', position: 4, problem: 'weight' } }),
  )
})

test('for any text: whole chunks, every token once, or a SanggarError', () => {
  const text = fc.array(
    fc.constantFrom('a ', ', ', '(', ')', ':1.3)', 'BREAK', 'cat', '[', ']', '<lora:x:1>', '\\', '日'),
  )
  fc.assert(
    fc.property(text, (pieces) => {
      const prompt = pieces.join('')
      try {
        const { chunks, tokenCount } = planPrompt(prompt, tokenizer)
        for (const { ids, weights } of chunks) expect([ids.length, weights.length]).toEqual([77, 77])
        expect(chunks.reduce((sum, chunk) => sum + inner(chunk).length, 0)).toBe(tokenCount)
      } catch (error) {
        if (!(error instanceof SanggarError)) throw error
      }
    }),
  )
})
