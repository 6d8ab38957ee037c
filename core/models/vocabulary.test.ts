import { expect, it } from 'vitest'
import { examplesOf, ignoredWords } from './vocabulary.ts'

const vocabulary = {
  languages: {
    en: { words: { cat: {}, 'red boat': {}, red: {} }, fillers: ['a', 'on'] },
    id: { words: { 'cat air': {}, perahu: {} }, fillers: ['di'] },
  },
  examples: { id: ['perahu'] },
}

it('names the words that a model does not know, as they were written, each once', () => {
  expect(ignoredWords(vocabulary, 'A red boat on Zanzibar, zanzibar!')).toEqual(['Zanzibar'])
  expect(ignoredWords(vocabulary, 'boat')).toEqual(['boat'])
  expect(ignoredWords(vocabulary, 'cat air di perahu')).toEqual([])
  expect(ignoredWords(vocabulary, 'cat, air')).toEqual([])
  expect(ignoredWords(vocabulary, 'perahu-perahu, red-boat')).toEqual([])
  expect(ignoredWords(vocabulary, '')).toEqual([])
})

it('gives its examples by language', () => {
  expect(examplesOf(vocabulary)).toEqual([{ language: 'id', prompt: 'perahu' }])
})
