import fc from 'fast-check'
import { expect, it } from 'vitest'
import { inPieces } from './text-pieces.ts'

it('keeps every letter and byte, in its place', () => {
  const texts = fc.array(
    fc.oneof(
      fc.string(),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    ),
  )
  fc.assert(
    fc.property(texts, (pieces) => {
      const bytes = (all: Iterable<string | Buffer>) => Buffer.concat([...all].map((one) => Buffer.from(one)))
      expect(bytes(inPieces(pieces))).toEqual(bytes(pieces))
    }),
  )
})

it('makes few pieces of many rows', () => {
  const rows = Array.from({ length: 10_000 }, (_, row) => `row ${row} of a list\n`)
  expect([...inPieces(rows)].length).toBeLessThan(5)
})
