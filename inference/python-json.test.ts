import { expect, test } from 'vitest'
import { parsePythonJson } from './python-json.ts'

test('non-finite numbers become strings, outside of strings only', () => {
  const text = '{"a": -Infinity, "b": [NaN, Infinity, 1], "c": "x, NaN: \\"-Infinity\\""}'
  expect(parsePythonJson(text)).toEqual({
    a: '-Infinity',
    b: ['NaN', 'Infinity', 1],
    c: 'x, NaN: "-Infinity"',
  })
})

test('what is no JSON stays an error', () => {
  expect(() => parsePythonJson('{"a": }')).toThrow(SyntaxError)
  expect(() => parsePythonJson('{"a": Infinity')).toThrow(SyntaxError)
})
