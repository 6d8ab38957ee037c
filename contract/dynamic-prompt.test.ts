import fc from 'fast-check'
import { expect, test } from 'vitest'

import { SanggarError } from './errors.ts'
import { expandPrompt, seededRandom } from './dynamic-prompt.ts'

const expand = (prompt: string, seed = '1', wildcards: Record<string, string[]> = {}): string =>
  expandPrompt(prompt, { random: seededRandom(seed), wildcard: (name) => wildcards[name] }).text

test('a choice takes one option, the same for the same seed, each of them for some seed', () => {
  const seen = new Set(
    Array.from({ length: 40 }, (_, seed) => expand('a {red|green|blue} cat', String(seed))),
  )
  expect(seen).toEqual(new Set(['a red cat', 'a green cat', 'a blue cat']))
  expect(expand('{a|b|c|d}', '18446744073709551615')).toBe(expand('{a|b|c|d}', '18446744073709551615'))
})

test('several options without repetition, joined as asked', () => {
  for (let seed = 0; seed < 20; seed++) {
    const taken = expand('{2$$a|b|c}', String(seed)).split(', ')
    expect(new Set(taken).size).toBe(2)
    expect(expand('{2$$ and $$a|b}', String(seed))).toMatch(/^(a and b|b and a)$/)
    expect(expand('{1-3$$a|b|c}', String(seed)).split(', ').length).toBeLessThanOrEqual(3)
  }
  expect(expand('{9$$a|b}').length).toBe('a, b'.length)
})

test('weights shift the odds', () => {
  const all = Array.from({ length: 50 }, (_, seed) => expand('{0::a|1::b}', String(seed)))
  expect(new Set(all)).toEqual(new Set(['b']))
})

test('choices nest, wildcards too', () => {
  expect(expand('{{a|a}|{a|a}}')).toBe('a')
  expect(expand('__animal__', '1', { animal: ['__cat__'], cat: ['{tabby|tabby}'] })).toBe('tabby')
})

test('braces without a choice, escapes and weights stay', () => {
  for (const text of ['{best quality}', '\\{a|b\\}', '(a:1.2), [b]', 'a|b', '{a|b', '}{'])
    expect(expand(text)).toBe(text)
})

test('a wildcard that is not there stays and is reported', () => {
  const { text, unknownWildcards } = expandPrompt('__nosuch__ x', {
    random: () => 0,
    wildcard: () => undefined,
  })
  expect([text, unknownWildcards]).toEqual(['__nosuch__ x', ['nosuch']])
})

test('wildcards that contain each other end in a typed error', () => {
  const code = expect.objectContaining({
    failure: { code: 'prompt-syntax', position: 2, problem: 'expansion-too-long' },
  })
  expect(() => expand('a __x__', '1', { x: ['__x__'] })).toThrow(code)
  expect(() => expand('a __x__', '1', { x: ['__x__ __x__'] })).toThrow(code)
})

test('any text expands or is refused in kind', () => {
  const piece = fc.constantFrom('{', '}', '|', '$$', '2$$', '0.5::', '__w__', '\\', 'a', ' ')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 80 }), (pieces) => {
      try {
        expand(pieces.join(''), '7', { w: ['{a|__w__}', 'b'] })
      } catch (error) {
        if (!(error instanceof SanggarError)) throw error
      }
    }),
  )
})
