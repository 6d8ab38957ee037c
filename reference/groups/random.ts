import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { createGenerator } from '../../inference/random.ts'
import { absoluteDifference, beyond } from '../comparison.ts'
import { examine, skipped, type CaseResult } from '../result.ts'

export const name = 'random'

type Draws = {
  /** as it is written: JSON's numbers end at 2^53 */
  seed: number | string
  shape: number[]
  count: number
  index: number[]
  first: number[]
  second: number[]
} & {
  mean: number
  std: number
  sum_abs: number
}

/** Two successive torch.randn(shape) of one torch.Generator('cpu').manual_seed(seed). */
export async function* run(folder: string): AsyncGenerator<CaseResult> {
  let text: string
  try {
    text = await readFile(join(folder, 'torch_randn.json'), 'utf8')
  } catch {
    yield skipped('torch_randn', 'torch_randn.json is absent')
    return
  }
  const { cases } = JSON.parse(text.replaceAll(/("seed":\s*)(-?\d+)/g, '$1"$2"')) as { cases: Draws[] }
  for (const draws of cases) {
    yield await examine(`seed ${draws.seed} [${draws.shape.join(', ')}]`, () => compare(draws))
  }
}

function compare(draws: Draws): string[] {
  const generator = createGenerator(BigInt.asUintN(64, BigInt(draws.seed)))
  const first = generator.randn(draws.count)
  const second = generator.randn(draws.count)
  const at = (values: Float32Array): number[] => draws.index.map((index) => values[index] ?? Number.NaN)
  const sum = first.reduce((total, value) => total + Math.abs(value), 0)
  const mean = first.reduce((total, value) => total + value, 0) / draws.count
  return [
    ...beyond('first draw', absoluteDifference(at(first), draws.first), 1e-6),
    ...beyond('second draw', absoluteDifference(at(second), draws.second), 1e-6),
    // Every element, also those not listed.
    ...beyond('mean', Math.abs(mean - draws.mean), 1e-6),
    ...beyond('sum of magnitudes', Math.abs(sum / draws.sum_abs - 1), 1e-6),
  ]
}
