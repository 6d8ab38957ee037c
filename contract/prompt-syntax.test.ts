import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { SanggarError } from './errors.ts'
import { parsePrompt, requirePrompt, type PromptPart } from './prompt-syntax.ts'

const weights = (prompt: string): [string, number][] =>
  parsePrompt(prompt).parts.map((part) => [
    part.kind === 'text' ? part.text : part.kind,
    part.kind === 'break' ? 1 : Math.round(part.weight * 1e4) / 1e4,
  ])
const problems = (prompt: string): string[] => parsePrompt(prompt).problems.map(({ problem }) => problem)

describe('emphasis as A1111 reads it', () => {
  test.each<[string, [string, number][]]>([
    ['', []],
    ['a cat', [['a cat', 1]]],
    [
      'a (red) cat',
      [
        ['a ', 1],
        ['red', 1.1],
        [' cat', 1],
      ],
    ],
    ['((red))', [['red', 1.21]]],
    ['[red]', [['red', 0.9091]]],
    ['(red:1.5)', [['red', 1.5]]],
    ['(red: .5 )', [['red', 0.5]]],
    [
      '(a (b:2):0.5)',
      [
        ['a ', 0.5],
        ['b', 1],
      ],
    ],
    ['(red\\) cat', [['red) cat', 1.1]]],
    ['\\(red\\)', [['(red)', 1]]],
    ['a\\b', [['ab', 1]]],
    ['10:30', [['10:30', 1]]],
    ['a :1.2) b', [['a :1.2) b', 1]]],
    ['(unclosed', [['unclosed', 1.1]]],
    [
      'a BREAK b',
      [
        ['a', 1],
        ['break', 1],
        ['b', 1],
      ],
    ],
    [
      '(a BREAK b:1.2)',
      [
        ['a', 1.2],
        ['break', 1],
        ['b', 1.2],
      ],
    ],
    ['BREAKFAST xBREAK', [['BREAKFAST xBREAK', 1]]],
    ['a<lora:x:1>b', [['ab', 1]]],
    ['{best quality}', [['{best quality}', 1]]],
  ])('%s', (prompt, expected) => {
    expect(weights(prompt)).toEqual(expected)
  })

  test('the words of one weight around a mention are one text, tokenized together', () => {
    expect(parsePrompt('a \\(b\\) c').parts).toHaveLength(1)
  })
})

describe('mentions', () => {
  test('LoRA with one, two or no numbers', () => {
    const { loras } = parsePrompt('<lora:a> x <lora:b:0.8><lyco:c d:0.5:-1>')
    expect(loras.map(({ name, scale, textEncoderScale }) => [name, scale, textEncoderScale])).toEqual([
      ['a', 1, 1],
      ['b', 0.8, 0.8],
      ['c d', -1, 0.5],
    ])
  })

  test('an embedding has the weight of its brackets', () => {
    const [part] = parsePrompt('(embedding:easynegative.pt:1.3)').parts
    expect(part).toMatchObject({ kind: 'embedding', name: 'easynegative.pt', weight: 1.3, start: 1 })
    expect(weights('myembedding:x')).toEqual([['myembedding:x', 1]])
  })
})

describe('problems', () => {
  test.each([
    ['(a', ['unclosed-bracket']],
    ['a)', ['stray-bracket']],
    ['(a:1.2.3)', ['weight']],
    ['<lora:x:much>', ['lora-weight']],
    ['<lora::1>', ['lora-name']],
    ['<lora:x', ['unclosed-lora']],
    ['[cat:dog:0.5]', ['prompt-editing']],
    ['[cat|dog]', ['prompt-editing']],
    ['{a|b', ['unclosed-choice']],
    [`(a:${'9'.repeat(400)})`, ['weight']],
    ['((a:1.2), [b], \\(c, {a|b}, __d__', ['unclosed-bracket']],
  ])('%s', (prompt, expected) => {
    expect(problems(prompt)).toEqual(expected)
  })

  test('a fault has a position; a warning does not stop anybody', () => {
    expect(requirePrompt('(a').parts).toHaveLength(1)
    expect(() => requirePrompt('a, (b:1..2)')).toThrow(SanggarError)
    expect(parsePrompt('a, (b:1..2)').problems[0]).toMatchObject({ start: 5, severity: 'error' })
  })

  test('a wall of brackets is refused at once', () => {
    const started = performance.now()
    expect(problems('('.repeat(20_000))).toContain('too-deep')
    expect(problems('['.repeat(20_000))).toContain('too-deep')
    parsePrompt(`[${'|'.repeat(20_000)}`)
    parsePrompt(`(${': '.repeat(10_000)}`)
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

test('what the screen marks', () => {
  const prompt = '(red:1.2) {a|b} __w__ <lora:x:1> embedding:e \\( BREAK z'
  const marked = parsePrompt(prompt).tokens.filter(({ kind }) => kind !== 'text')
  expect(marked.map(({ kind, start, end }) => [kind, prompt.slice(start, end)])).toEqual([
    ['open', '('],
    ['weight', ':1.2'],
    ['close', ')'],
    ['choice', '{'],
    ['choice', '|'],
    ['choice', '}'],
    ['wildcard', '__w__'],
    ['lora', '<lora:x:1>'],
    ['embedding', 'embedding:e'],
    ['escape', '\\('],
    ['break', ' BREAK '],
  ])
})

const pieces = [
  '(',
  ')',
  '[',
  ']',
  '{',
  '|',
  '}',
  ':',
  ':1.2)',
  ':..)',
  '\\',
  '<',
  '>',
  '<lora:',
  '<lora:a:1>',
  ' ',
]
const words = [
  'a',
  'é𝕏',
  'BREAK',
  ' BREAK',
  'embedding:',
  'embedding:x',
  '__',
  '__w__',
  '_',
  '\n',
  ',',
  '\ud800',
]
const prompts = fc
  .array(fc.oneof(fc.constantFrom(...pieces, ...words), fc.string({ unit: 'binary', maxLength: 8 })), {
    maxLength: 60,
  })
  .map((parts) => parts.join(''))

describe('for any text', () => {
  test('tokens follow each other without gaps from the first character to the last', () => {
    fc.assert(
      fc.property(prompts, (prompt) => {
        const { tokens } = parsePrompt(prompt)
        expect(tokens.map(({ start, end }) => prompt.slice(start, end)).join('')).toBe(prompt)
        for (const { start, end } of tokens) expect(end).toBeGreaterThan(start)
      }),
    )
  })

  test('every letter of the words stands where its offset says', () => {
    const text = (part: PromptPart): part is Extract<PromptPart, { kind: 'text' }> => part.kind === 'text'
    fc.assert(
      fc.property(prompts, (prompt) => {
        for (const { text: letters, offsets } of parsePrompt(prompt).parts.filter(text)) {
          expect(offsets.map((offset) => prompt[offset]).join('')).toBe(letters)
          expect(offsets).toEqual(offsets.toSorted((a, b) => a - b))
        }
      }),
    )
  })

  test('only a SanggarError is thrown, and only by those who ask', () => {
    fc.assert(
      fc.property(prompts, (prompt) => {
        const { problems: found } = parsePrompt(prompt)
        for (const { start, end } of found) expect(prompt.slice(start, end)).not.toBe('')
        try {
          for (const part of requirePrompt(prompt).parts)
            if (part.kind !== 'break') expect(Number.isFinite(part.weight)).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(SanggarError)
        }
      }),
    )
  })

  test('escaping every special character gives the text back', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 40 }).filter((text) => !/BREAK|embedding:|_/.test(text)),
        (text) => {
          const escaped = text.replaceAll(/[()[\]{}|<\\]/g, '\\$&')
          expect(
            parsePrompt(escaped)
              .parts.map((part) => (part.kind === 'text' ? part.text : ''))
              .join(''),
          ).toBe(text)
        },
      ),
    )
  })
})
