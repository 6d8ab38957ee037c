import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchPromptRules, readPromptRules, usualPromptRules } from './prompt-rules.ts'

test('words are whole words whatever their case, * stands for letters, spaces for any space', () => {
  const rules = 'blur: nud*, "red boat"\nASK : Gore, bom-bom'
  const match = (prompt: string) => matchPromptRules(rules, prompt)
  expect(match('a NUDE figure')).toEqual({ blur: ['nud*'], ask: [] })
  expect(match('denude the hill')).toEqual({ blur: [], ask: [] })
  expect(match('(nudes:1.3), gore')).toEqual({ blur: ['nud*'], ask: ['Gore'] })
  expect(match('a red\n boat')).toEqual({ blur: ['red boat'], ask: [] })
  expect(match('Al Gorey')).toEqual({ blur: [], ask: [] })
  expect(match('ｇｏｒｅ, bom-bom')).toEqual({ blur: [], ask: ['Gore', 'bom-bom'] })
  expect(match('{boat|gore}')).toEqual({ blur: [], ask: ['Gore'] })
})

test('comments and empty lines are no rules; a line that is none is named', () => {
  expect(readPromptRules('# a\n\nblur: x\nforbid: y\nask:\nask: ,,\nblur: *').unreadable).toEqual([
    4, 5, 6, 7,
  ])
  expect(readPromptRules(usualPromptRules).unreadable).toEqual([])
  for (const prompt of ['a naked tree', 'pohon telanjang', 'potret bugil']) {
    expect(matchPromptRules(usualPromptRules, prompt).blur).toHaveLength(1)
  }
  expect(matchPromptRules(usualPromptRules, 'a calm sea, perahu di laut')).toEqual({ blur: [], ask: [] })
})

test('any text is read, and quickly', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (rules, prompt) => {
      matchPromptRules(`blur: ${rules}\n${rules}`, prompt)
    }),
  )
  const started = performance.now()
  expect(readPromptRules(`ask: ${'a*'.repeat(30)}b`).unreadable).toEqual([1])
  matchPromptRules('ask: a*a*b', 'a'.repeat(20_000))
  expect(performance.now() - started).toBeLessThan(2000)
})
