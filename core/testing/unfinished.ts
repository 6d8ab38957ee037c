import type { GenerateTask, UnfinishedPicture } from '../../inference/protocol.ts'
import { type Behaviour, drawFlat } from './host-double.ts'

/** What a process hands over between two steps. */
export const unfinishedAt = (step: number): UnfinishedPicture => ({
  step,
  steps: 8,
  shape: [1, 4, 2, 2],
  denoised: new Float32Array(16).fill(0.5),
  checkpoint: {
    index: step,
    latents: Float32Array.from({ length: 16 }, (_, i) => step + i / 3),
    scheduler: {} as never,
    generator: { words: new Uint32Array(624).fill(7), position: 3, spare: null },
  },
})

/** Makes whole pictures until there are `whole`, then snapshots of the next one, and dies. */
export const diesAfter =
  (whole: number, steps: number[]): Behaviour =>
  async (task, say, process) => {
    const { seeds } = task as GenerateTask
    await drawFlat(
      { ...(task as GenerateTask), seeds: seeds.slice(0, whole) },
      (message) => {
        if (message.type !== 'done') say(message)
      },
      process,
    )
    for (const step of steps) say({ type: 'checkpoint', picture: whole, unfinished: unfinishedAt(step) })
    process.die('SIGKILL')
  }
