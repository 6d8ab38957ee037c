import { failureOf, SanggarError } from '../../contract/errors.ts'
import { mutated, seeded } from './mutate.ts'
import { parsers } from './parsers.ts'

export type FuzzResult = {
  inputs: number
  /** read all the same: what was wrong did not matter, or was not wrong */
  accepted: number
  /** refused with a failure of the contract */
  typed: number
  /** anything else, with what it takes to make it again: the first few */
  untyped: { seed: number; error: string }[]
  worstMilliseconds: number
  /** of the worst */
  worstSeed: number
  /** bytes, of the whole process */
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
  const result: FuzzResult = {
    inputs: count,
    accepted: 0,
    typed: 0,
    untyped: [],
    worstMilliseconds: 0,
    worstSeed: seed,
    peakMemory: 0,
  }
  const found = (own: number, error: unknown) => {
    if (result.untyped.length >= kept) return
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    result.untyped.push({ seed: own, error: text })
  }
  const one = async (own: number) => {
    const bytes = mutated(parser.corpus, seeded(own))
    onInput(own)
    const started = performance.now()
    try {
      await parser.parse(bytes)
      result.accepted += 1
    } catch (error) {
      if (error instanceof SanggarError && failureOf(error).code !== 'internal') result.typed += 1
      else found(own, error)
    }
    const took = performance.now() - started
    if (took <= result.worstMilliseconds) return
    result.worstMilliseconds = took
    result.worstSeed = own
  }
  let next = seed
  const lane = async () => {
    while (next < seed + count) await one(next++)
  }
  await Promise.all(Array.from({ length: parser.lanes ?? 1 }, lane))
  await parser.close?.().catch((error: unknown) => found(seed + count, error))
  result.peakMemory = process.resourceUsage().maxRSS * 1024
  return result
}
