import fc from 'fast-check'
import { expect, test } from 'vitest'

import { parsePrompt } from './prompt-syntax.ts'
import { wildcardLines, wildcardNameOf, wildcardNameSchema } from './wildcards.ts'

test('a list has a line per option; blank lines and remarks are none', () => {
  expect(wildcardLines('red\r\n\n  blue  \n# not this\rgreen')).toEqual(['red', 'blue', 'green'])
  expect(wildcardLines('')).toEqual([])
})

test('a file’s name becomes a name that can be written into a prompt', () => {
  expect(wildcardNameOf('Sky colours.txt')).toBe('sky-colours')
  expect(wildcardNameOf('../../etc/passwd')).toBe('etc-passwd')
  expect(wildcardNameOf('.txt')).toBeUndefined()
  expect(wildcardNameOf('___.txt')).toBeUndefined()
})

test('whatever name is accepted, the prompt language reads it as one wildcard', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), (text) => {
      const name = wildcardNameOf(`${text}.txt`)
      if (name === undefined) return
      expect(wildcardNameSchema.safeParse(name).success).toBe(true)
      expect(parsePrompt(`__${name}__`).tokens.map(({ kind }) => kind)).toEqual(['wildcard'])
    }),
  )
})
