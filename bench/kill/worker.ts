/**
 * The program that gets killed: a studio over a real data directory that does one random thing after the other and
 * tells its parent before it begins and after it was acknowledged.
 */
import '../cheap-passphrases.ts'
import process from 'node:process'
import { dispatch } from '../../contract/rpc.ts'
import { createStudio } from '../../core/create-studio.ts'
import { type Behaviour, drawFlat } from '../../core/testing/host-double.ts'
import type { GenerateTask } from '../../inference/protocol.ts'
import { seeded } from '../fuzz/mutate.ts'
import { createActs, weighted } from './acts.ts'
import { hostOf } from './studio.ts'

const [dataDirectory = '', models = '', scratch = '', seedText = '0', passphrase = ''] = process.argv.slice(2)

export type Report =
  | { type: 'opening' }
  | { type: 'open' }
  | { type: 'began'; what: string; ids?: string[]; files?: string[]; next?: string | null }
  | { type: 'acknowledged'; what: string; ids?: string[]; files?: string[]; next?: string | null }

const say = (report: Report) => process.send?.(report)

/** Pictures as the tests' double draws them, with unfinished ones before, and a process that dies now and then. */
const draw: Behaviour = async (task, tell, inference) => {
  const { seeds } = task as GenerateTask
  for (const step of [2, 5]) {
    tell({
      type: 'checkpoint',
      picture: 0,
      unfinished: {
        step,
        steps: 8,
        shape: [1, 4, 64, 64],
        denoised: new Float32Array(4 * 64 * 64).fill(step),
        checkpoint: { index: step, latents: new Float32Array(4 * 64 * 64), scheduler: {} as never },
      },
    })
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  if (seeds.some((seed) => BigInt(seed) % 7n === 0n)) return inference.die('SIGKILL')
  return drawFlat(task, tell, inference)
}

const chance = seeded(Number(seedText))
say({ type: 'opening' })
const studio = await createStudio(hostOf(dataDirectory, models, draw))

async function call(name: string, input: unknown = null): Promise<never> {
  const outcome = await dispatch(studio.handlers, name, input)
  if (!outcome.ok) throw new Error(`${name}: ${JSON.stringify(outcome.failure)}`)
  return outcome.value as never
}

if (passphrase !== '') await call('vault.unlock', { passphrase })
const acts = createActs({ studio, call, chance, say, scratch, passphrase })
say({ type: 'open' })
for (;;) await acts[weighted[Math.floor(chance() * weighted.length)] ?? 'generate']?.()
