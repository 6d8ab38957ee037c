import fc from 'fast-check'
import { expect, test } from 'vitest'
import { markPrompt } from './prompt-segments'

test('weights, choices, BREAK and unknown words are marked', () => {
  const { segments } = markPrompt('a (red:1.2) boat, __sky__, red BREAK with a Zeppelin', ['zeppelin'])
  expect(segments.filter((segment) => segment.kind !== 'plain')).toEqual([
    { text: '(red:1.2)', kind: 'weight' },
    { text: '__sky__', kind: 'mark' },
    { text: ' BREAK ', kind: 'mark' },
    { text: 'Zeppelin', kind: 'ignored' },
  ])
})

test('a mistake is marked where it is', () => {
  const { segments, problems } = markPrompt('a cat) here', [])
  expect(problems).toHaveLength(1)
  expect(segments.find((segment) => segment.kind === 'problem')?.text).toContain(')')
})

test('a doubled word and a picture among letters are marked', () => {
  const { segments } = markPrompt('anak-anak, 🐱', ['anak', '🐱'])
  expect(segments.filter(({ kind }) => kind === 'ignored').map(({ text }) => text)).toEqual([
    'anak',
    'anak',
    '🐱',
  ])
})

test('a word inside another is not marked', () => {
  expect(markPrompt('category', ['cat']).segments.every((segment) => segment.kind === 'plain')).toBe(true)
})

test('joined, the segments are the prompt', () => {
  const letters = ['a', 'b', ' ', '(', ')', '{', '}', '|', ':', '1', '.', '[', ']', '<', '>', '\\', '_']
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...letters) }), fc.array(fc.string()), (prompt, words) => {
      const { segments } = markPrompt(prompt, words)
      expect(segments.map((segment) => segment.text).join('')).toBe(prompt)
    }),
  )
})

test('names that nothing answers to are marked as mistakes, once they are known', () => {
  const prompt = 'a __sky__ and __sea__ <lora:Ink:0.8> <lora:gone>'
  const names = { lists: new Set(['sky']), adapters: new Set(['ink']) }
  const { segments, unknownLists, unknownAdapters } = markPrompt(prompt, [], names)
  expect([unknownLists, unknownAdapters]).toEqual([['sea'], ['gone']])
  expect(segments.filter(({ kind }) => kind === 'problem').map(({ text }) => text)).toEqual([
    '__sea__',
    '<lora:gone>',
  ])
  expect(markPrompt(prompt, [])).toMatchObject({ unknownLists: [], unknownAdapters: [] })
})
