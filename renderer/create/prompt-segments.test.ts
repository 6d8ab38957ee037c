import fc from 'fast-check'
import { expect, test } from 'vitest'
import { segmentsOf } from './prompt-segments'

test('weights, choices, BREAK and unknown words are marked', () => {
  const segments = segmentsOf('a (red:1.2) boat, {day|night} BREAK with a Zeppelin', ['zeppelin'])
  expect(segments.filter((segment) => segment.kind !== 'plain')).toEqual([
    { text: '(red:1.2)', kind: 'weight' },
    { text: '{day|night}', kind: 'choice' },
    { text: 'BREAK', kind: 'break' },
    { text: 'Zeppelin', kind: 'ignored' },
  ])
})

test('a word inside another is not marked', () => {
  expect(segmentsOf('category', ['cat']).every((segment) => segment.kind === 'plain')).toBe(true)
})

test('joined, the segments are the prompt', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'ab (){}|:1.[]') }),
      fc.array(fc.string()),
      (prompt, words) => {
        expect(
          segmentsOf(prompt, words)
            .map((segment) => segment.text)
            .join(''),
        ).toBe(prompt)
      },
    ),
  )
})
