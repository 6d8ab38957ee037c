import { expect, test } from 'vitest'
import { wordsOnly } from './prompt-words.ts'

test('only what is meant as words', () => {
  const words = (prompt: string) => wordsOnly(prompt).match(/[\p{L}\p{N}]+/gu)
  expect(words('a (red:1.3) boat [sea] {day|night} BREAK __colour__ <lora:x:0.8> embedding:y')).toEqual([
    'a',
    'red',
    'boat',
    'sea',
    'day',
    'night',
  ])
  expect(words('house(s)')).toEqual(['houses'])
})
