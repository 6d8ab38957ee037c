import { expect, it } from 'vitest'
import { knownWordsSchema, readPrompt } from './known-words.ts'

const thing = { slot: 'object' }
const languages = knownWordsSchema.parse({
  en: {
    words: {
      cat: thing,
      house: thing,
      tree: thing,
      'red boat': thing,
      balloon: thing,
      red: { slot: 'colour' },
      purple: { slot: 'colour' },
      snow: { slot: 'ground' },
      two: { slot: 'count' },
      night: { slot: 'time' },
    },
    fillers: ['a', 'and', 'the', 'on', 'in'],
    passed: ['dog', 'knight', 'sleeping'],
    others: ['desert'],
    stranger: 'dog',
  },
  id: {
    words: {
      'cat air': { slot: 'style' },
      perahu: thing,
      rumah: thing,
      bunga: thing,
      'kupu kupu': thing,
      merah: { slot: 'colour' },
      pohon: thing,
    },
    fillers: ['di', 'dan'],
    passed: ['anjing'],
    stranger: 'anjing',
  },
})
const ignored = (prompt: string) => readPrompt(languages, prompt).ignored
const text = (prompt: string) => readPrompt(languages, prompt).text

it('names the words that a model does not know, as they were written, each once', () => {
  expect(ignored('A red boat on Zanzibar, zanzibar!')).toEqual(['Zanzibar'])
  expect(ignored('a sleeping dog')).toEqual(['sleeping', 'dog'])
  expect(ignored('cat air di perahu')).toEqual([])
  expect(ignored('cat, air')).toEqual([])
  expect(ignored('perahu-perahu, red-boat')).toEqual([])
  expect(ignored('🐱 cat ❄️')).toEqual(['🐱', '❄️'])
  expect(ignored('赤い家')).toEqual(['赤い家'])
  expect(ignored('')).toEqual([])
})

it('leaves a prompt as it is where every word of it has been read before', () => {
  for (const prompt of [
    '',
    '!!!',
    'A red boat on the  snow.',
    'a sleeping Dog; two cat',
    'rumah merah, cat air',
  ])
    expect(text(prompt)).toBe(prompt)
})

it('leaves out what may describe a known thing, and puts a thing to pass over in the place of an unknown one', () => {
  expect(text('a majestic house')).toBe('a house')
  expect(text('rumah megah merah')).toBe('rumah merah')
  expect(text('a purple giraffe and a red house')).toBe('a purple dog and a red house')
  expect(text('seekor jerapah merah dan rumah')).toBe('anjing merah dan rumah')
  expect(text('an astronaut')).toBe('dog')
  expect(text('sports car, in the snow')).toBe('dog, in the snow')
  expect(text('house, glorious')).toBe('house, dog')
})

it('leaves out what a prompt takes back', () => {
  expect(readPrompt(languages, 'a house without a red tree')).toEqual({ text: 'a house', ignored: [] })
  expect(readPrompt(languages, 'rumah tanpa pohon merah di snow')).toEqual({
    text: 'rumah di snow',
    ignored: [],
  })
  expect(readPrompt(languages, 'no cat, a house')).toEqual({ text: 'a house', ignored: [] })
  expect(readPrompt(languages, 'cat, not a unicorn')).toEqual({ text: 'cat', ignored: ['unicorn'] })
  expect(readPrompt(languages, 'no')).toEqual({ text: '', ignored: [] })
})

it('knows endings, doublings and what was run together', () => {
  expect(readPrompt(languages, 'rumahnya merah, kupukupu, bunga2, houses')).toEqual({
    text: 'rumah merah, kupu kupu, bunga bunga, house',
    ignored: [],
  })
})

it('mends slips of the fingers, and takes no other word for one', () => {
  expect(text('hosue, baloon, rumha, ballloon, perahi')).toBe('house, balloon, rumah, balloon, dog')
  for (const other of ['horse', 'hose', 'mouse', 'knight', 'desert', 'snot', 'cot', 'pohan'])
    expect([other, 'dog'], other).toContain(text(other))
})
