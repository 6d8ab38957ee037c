/**
 * What the inference process holds in memory under each policy and under a ceiling, with a model of Stable Diffusion
 * 1.5's size and random content: `node bench/memory-policies.ts [folder]`, 2 steps at 256 x 256. The folder is made
 * where it is absent (3.9 GB). One line of JSON per policy.
 */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { memoryOf } from './memory-of-policies.ts'
import { models } from './model-sizes.ts'
import { writeRandomModel } from './write-random-model.ts'

const folder = process.argv[2] ?? join(tmpdir(), 'sanggar-bench-sd15-f32')
const sd15 = models['sd15']
if (sd15 === undefined) throw new Error('no such model')
await writeRandomModel(folder, sd15(), 'F32')
for (const [policy, ceiling] of [
  ['keep', 0],
  ['idle', 0],
  ['after-use', 0],
  ['keep', 4.5],
  ['keep', 3],
] as const) {
  const { job, ...numbers } = await memoryOf(folder, policy, ceiling, { width: 256, height: 256 })
  console.log(
    JSON.stringify({ ...numbers, state: job.state, ...(job.failure && { failure: job.failure.code }) }),
  )
}
process.exit(0)
