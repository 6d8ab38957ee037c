import { expect, test } from 'vitest'
import { parsers } from './parsers.ts'
import { runParser } from './run-parser.ts'

// The same inputs each time; `node bench/fuzz/main.ts` tries ten thousand of them for each.
const inputs = 40

test.each(Object.keys(parsers))(
  '%s: broken input is read or refused with a typed error, in time',
  async (name) => {
    const { untyped, accepted, typed, worstMilliseconds } = await runParser(name, inputs, 20_000)
    expect(untyped).toEqual([])
    expect(accepted + typed).toBe(inputs)
    expect(worstMilliseconds).toBeLessThan(20_000)
  },
)
