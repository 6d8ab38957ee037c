import { expect, test } from 'vitest'
import { UsageError, choiceOption, numberOption, parse, sizeOption } from './usage.ts'

const options = { steps: { type: 'string' }, json: { type: 'boolean', default: false } } as const
const one = { minimum: 1, maximum: 1, names: 'the prompt' }

test('a negative number is a value, not an option', () => {
  expect(parse(['a', '--steps', '-1'], options, one).values.steps).toBe('-1')
})

test('what cannot be understood is one plain line', () => {
  expect(() => parse(['a', '--stpes', '3'], options, one)).toThrow(UsageError)
  expect(() => parse([], options, one)).toThrow('missing the prompt')
  expect(() => parse(['a', 'boat'], options, one)).toThrow('unexpected "boat" (put a prompt in quotes)')
  expect(() => parse(['a', '--json=yes'], options, one)).toThrow(UsageError)
})

test('after -- everything is text', () => {
  expect(parse(['--', '--steps'], options, one).positionals).toEqual(['--steps'])
})

test('numbers', () => {
  expect(numberOption('steps', undefined)).toBeUndefined()
  expect(numberOption('strength', '0.55')).toBe(0.55)
  for (const text of ['', ' ', 'eight', '1e999', '8x'])
    expect(() => numberOption('steps', text)).toThrow(UsageError)
})

test('sizes', () => {
  expect(sizeOption('512x768')).toEqual({ width: 512, height: 768 })
  expect(sizeOption('256')).toEqual({ width: 256, height: 256 })
  expect(sizeOption('0')).toEqual({ width: 0, height: 0 })
  for (const text of ['x', '512x', '-5x5', '5.5x5', 'large'])
    expect(() => sizeOption(text)).toThrow(UsageError)
})

test('choices', () => {
  expect(choiceOption('format', 'webp', ['png', 'webp'])).toBe('webp')
  expect(() => choiceOption('format', 'gif', ['png', 'webp'])).toThrow(
    '--format is one of png, webp, not "gif"',
  )
})
