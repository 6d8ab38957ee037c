import { failureOf, SanggarError } from '../../contract/errors.ts'
import { mutated, seeded } from './mutate.ts'
import { parsers } from './parsers.ts'

export type FuzzResult = {
  inputs: number
  /** read all the same: what was wrong did not matter, or was not wrong */
  accepted: number
  /** refused with a failure of the contract */
  typed: number
  /** anything else, with what it takes to make it again */
  untyped: { seed: number; error: string }[]
  worstMilliseconds: number
  /** of the worst */
  worstSeed: number
  peakMemory: number
}

const kept = 5

/** `count` inputs for the parser; input n comes from seed + n alone. `onInput` hears of each before it is read. */
export async function runParser(
  name: string,
  count: number,
  seed: number,
  onInput: (seed: number) => void = () => undefined,
): Promise<FuzzResult> {
  const open = parsers[name]
  if (open === undefined) throw new Error(`no parser ${name}`)
  const parser = await open()
  const inputs = Math.ceil(count * (parser.share ?? 1))
  const result: FuzzResult = {
    inputs,
    accepted: 0,
    typed: 0,
    untyped: [],
    worstMilliseconds: 0,
    worstSeed: seed,
    peakMemory: 0,
  }
  for (let number = 0; number < inputs; number++) {
    const own = seed + number
    const bytes = mutated(parser.corpus, seeded(own))
    onInput(own)
    const started = performance.now()
    try {
      await parser.parse(bytes)
      result.accepted += 1
    } catch (error) {
      if (error instanceof SanggarError && failureOf(error).code !== 'internal') result.typed += 1
      else if (result.untyped.length < kept) {
        result.untyped.push({
          seed: own,
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        })
      }
    }
    const took = performance.now() - started
    if (took > result.worstMilliseconds) {
      result.worstMilliseconds = took
      result.worstSeed = own
    }
  }
  await parser.close?.()
  result.peakMemory = process.resourceUsage().maxRSS * 1024
  return result
}
