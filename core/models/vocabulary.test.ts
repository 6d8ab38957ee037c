import path from 'node:path'
import { expect, it } from 'vitest'
import { knownWordsSchema, readPrompt } from '../../contract/known-words.ts'
import { examplesOf, readVocabulary } from './vocabulary.ts'

it('gives its examples by language', () => {
  const languages = knownWordsSchema.parse({})
  expect(examplesOf({ languages, examples: { id: ['perahu'] } })).toEqual([
    { language: 'id', prompt: 'perahu' },
  ])
})

it.each([
  ['two dogs playing in the snow', 'two dog playing in the snow', ['dogs', 'playing']],
  ['a bleu boat in the snwo', 'a blue boat in the snow', []],
  ['a goat, a horse and a knight', 'a dog, a horse and a knight', ['goat', 'horse', 'knight']],
  ['kucingnya berwarna putih, dua ekor burung', 'kucing berwarna putih, dua ekor burung', []],
  ['rumah tanpa pohon di bukit hijau', 'rumah di bukit hijau', []],
  ['bunga-bunga merah di taman', 'bunga-bunga merah di taman', []],
  ['naga terbang di atas istana', 'naga terbang di atas istana', ['naga', 'terbang', 'istana']],
])('the starter is told of %j what it knows', async (prompt, text, ignored) => {
  const starter = path.join(import.meta.dirname, '..', '..', 'models', 'starter')
  const { languages } = (await readVocabulary(starter)) ?? {}
  expect(readPrompt(languages ?? {}, prompt)).toEqual({ text, ignored })
})
