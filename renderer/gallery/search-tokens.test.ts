import { expect, test } from 'vitest'
import { searchText, showToken, takeTokens } from './search-tokens'

test('a token becomes a chip when a blank follows it', () => {
  expect(takeTokens('model:starter')).toEqual({ tokens: [], words: 'model:starter' })
  expect(takeTokens('model:starter ')).toEqual({ tokens: [{ key: 'model', value: 'starter' }], words: '' })
  expect(takeTokens('red MODEL:starter boat ')).toEqual({
    tokens: [{ key: 'model', value: 'starter' }],
    words: 'red boat ',
  })
})

test('several tokens and quoted values', () => {
  expect(takeTokens('tag:"for mum" seed:7 ').tokens).toEqual([
    { key: 'tag', value: 'for mum' },
    { key: 'seed', value: '7' },
  ])
})

test('a quoted value is not cut at its blank while it is typed', () => {
  expect(takeTokens('tag:"for ')).toEqual({ tokens: [], words: 'tag:"for ' })
  expect(takeTokens('tag:"for mum" ').tokens).toEqual([{ key: 'tag', value: 'for mum' }])
})

test('words with a colon that are no token stay words', () => {
  expect(takeTokens('note: this ')).toEqual({ tokens: [], words: 'note: this ' })
})

test('the search that is sent has everything', () => {
  const search = { tokens: [{ key: 'tag' as const, value: 'for mum' }], words: ' red boat ' }
  expect(searchText(search)).toBe('tag:"for mum" red boat')
  expect(takeTokens(`${showToken({ key: 'tag', value: 'for mum' })} `).tokens).toEqual(search.tokens)
})
