import { expect, test } from 'vitest'
import { plainWords } from './plain-words.ts'

test.each([
  ['a red boat, at dusk', 'a red boat, at dusk'],
  ['((red boat:1.3)), BREAK, <lora:sea:0.8> at dusk', 'red boat, at dusk'],
  ['a {red|blue} boat and a {2$$cat|dog}', 'a red boat and a cat'],
  ['[a hill:a wave:0.5] in [mist]', 'a hill in mist'],
  [String.raw`a sign \(old\), __weather__`, 'a sign (old), weather'],
  ['at 10:30 in the morning', 'at 10:30 in the morning'],
  ['', ''],
])('%s', (prompt, words) => {
  expect(plainWords(prompt)).toBe(words)
})
