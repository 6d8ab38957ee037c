import { join } from 'node:path'
import { readModelFolder } from '../inference/model-folder.ts'
import { ModelSessions } from '../inference/model-sessions.ts'
import { makePicture } from '../inference/pipelines/make-picture.ts'
import { stableDiffusion } from '../inference/pipelines/stable-diffusion.ts'
import { createGenerator } from '../inference/random.ts'
import type { Session } from '../inference/session.ts'
import { referenceFolder } from '../reference/group-list.ts'

/*
 * node bench/step-overhead.ts
 * What a step of Stable Diffusion costs besides the network: a whole 512 x 512 run with a tiny network of the same
 * inputs and outputs, the time inside session.run taken away. Prints one line of JSON.
 */
const folder = join(referenceFolder(), 'pipelines', 'sd15-tiny', 'onnx')
const [steps, warm] = [40, 10]
const parts = await readModelFolder(folder)
const sessions = new ModelSessions(parts, { executionProvider: 'cpu', threads: 1, policy: 'keep' })
const inside = { milliseconds: 0 }
const open = sessions.session.bind(sessions)
sessions.session = async (name) => timed(await open(name))

function timed(session: Session): Session {
  return {
    ...session,
    async run(...call) {
      const start = performance.now()
      const answer = await session.run(...call)
      inside.milliseconds += performance.now() - start
      return answer
    },
  }
}

const own: number[] = []
const buffers: number[] = []
let [last, lastInside] = [performance.now(), 0]
await makePicture(
  stableDiffusion,
  parts,
  {
    sessions,
    noise: createGenerator('1'),
    pause: () => Promise.resolve(),
    stage: () => undefined,
    note: () => undefined,
  },
  {
    prompt: 'a red boat',
    width: 512,
    height: 512,
    steps,
    guidanceScale: 7.5,
    scheduler: { ...parts.scheduler, _class_name: 'DPMSolverMultistepScheduler' },
  },
  {
    onStep: () => {
      const now = performance.now()
      own.push(now - last - (inside.milliseconds - lastInside))
      buffers.push(process.memoryUsage().arrayBuffers)
      ;[last, lastInside] = [performance.now(), inside.milliseconds]
    },
  },
)
await sessions.releaseAll()
const settled = own.slice(warm).toSorted((a, b) => a - b)
const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10
console.log(
  JSON.stringify({
    steps,
    medianMillisecondsBesidesTheNetwork: Number((settled[settled.length >> 1] ?? 0).toFixed(3)),
    worst: Number((settled.at(-1) ?? 0).toFixed(3)),
    arrayBufferMegabytes: {
      afterWarmUp: megabytes(buffers[warm] ?? 0),
      atTheEnd: megabytes(buffers.at(-1) ?? 0),
    },
  }),
)
process.exit(0)
