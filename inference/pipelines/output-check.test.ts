import { expect, test } from 'vitest'
import { checkFinite, checkOutput, checkPicture } from './output-check.ts'

const failure = (code: string) => expect.objectContaining({ failure: { code, stage: 's' } })

test.each([Number.NaN, Infinity, -Infinity])('%d anywhere is not finite', (value) => {
  expect(() => checkFinite(Float32Array.of(1, 2, value), 's')).toThrow(failure('output-not-finite'))
  expect(() => checkOutput(Float32Array.of(value, 2, 1), 's')).toThrow(failure('output-not-finite'))
})

test('one constant is a broken export, one number alone is none', () => {
  expect(() => checkOutput(new Float32Array(9).fill(0.5), 's')).toThrow(failure('output-constant'))
  expect(() => checkFinite(new Float32Array(9).fill(0.5), 's')).not.toThrow()
  expect(() => checkOutput(Float32Array.of(0.5), 's')).not.toThrow()
  expect(() => checkOutput(Float32Array.of(0.5, 0.5, 0.6), 's')).not.toThrow()
})

test('a picture of one colour is named, whatever the floats behind it were', () => {
  expect(() => checkPicture(new Uint8Array(12))).toThrow(
    expect.objectContaining({ failure: { code: 'output-constant', stage: 'picture' } }),
  )
  expect(() => checkPicture(Uint8Array.of(0, 0, 0, 1))).not.toThrow()
})
