import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { JobRequestInput } from '../../contract/generation.ts'
import type { Job } from '../../contract/job.ts'
import { dispatch } from '../../contract/rpc.ts'
import type { InferenceTask, RuntimeOptions, ToInference } from '../../inference/protocol.ts'
import { createStudio } from '../create-studio.ts'
import { nodeHost } from '../hosting/node-host.ts'
import type { Host, InferenceProcess } from '../host.ts'

type Lent = {
  /** what a task becomes on its way to the inference process; absent: as it is */
  task?: (task: InferenceTask) => InferenceTask
  /** over what the settings say */
  runtime?: Partial<RuntimeOptions>
  host?: Partial<Host>
}

/** The studio as it ships, inference process and all, in a data directory of its own, spoken to as a client would. */
export async function openRealStudio(lent: Lent = {}) {
  const root = await mkdtemp(path.join(tmpdir(), 'sanggar-studio-'))
  const usual = nodeHost('cli', path.join(root, 'data'))
  const processes: InferenceProcess[] = []
  const host: Host = {
    ...usual,
    ...lent.host,
    spawnInference() {
      const real = (lent.host?.spawnInference ?? usual.spawnInference)()
      processes.push(real)
      return { ...real, send: (message) => real.send(altered(message, lent)) }
    },
  }
  const studio = await createStudio(host)
  const jobs = new Map<string, Job>()
  const waiting = new Map<string, (job: Job) => void>()
  studio.onEvent((name, value) => {
    if (name !== 'job.changed') return
    const job = value as Job
    jobs.set(job.id, job)
    if (!hasEnded(job)) return
    waiting.get(job.id)?.(job)
    waiting.delete(job.id)
  })

  async function call<Value = never>(name: string, input: unknown = null): Promise<Value> {
    const answer = await dispatch(studio.handlers, name, input)
    if (!answer.ok) throw Object.assign(new Error(answer.failure.code), { failure: answer.failure })
    return answer.value as Value
  }

  return {
    root,
    call,
    processes,
    onEvent: studio.onEvent.bind(studio),
    /** The job's last state, whatever it ended with. */
    async run(request: JobRequestInput): Promise<Job> {
      const { id } = await call<{ id: string }>('jobs.submit', request)
      const now = jobs.get(id)
      if (now !== undefined && hasEnded(now)) return now
      return new Promise((resolve) => waiting.set(id, resolve))
    },
    /** Registers a model where it lies and answers with its id. */
    async addModel(place: string): Promise<string> {
      return (await call<{ id: string }>('models.add', { path: place })).id
    },
    /** Brings a picture file's bytes into the library and answers with its id. */
    async bringIn(kind: 'input' | 'mask', bytes: Uint8Array<ArrayBuffer>): Promise<string> {
      const request = new Request(`http://x/media/${kind}?name=picture.png`, { method: 'POST', body: bytes })
      return ((await (await studio.handleMedia(request)).json()) as { id: string }).id
    },
    /** The library's picture, deciphered, as a PNG file. */
    async png(id: string): Promise<Uint8Array> {
      const response = await studio.handleMedia(new Request(`http://x/media/image/${id}?shown=1`))
      return new Uint8Array(await response.arrayBuffer())
    },
    async close(): Promise<void> {
      await studio.close()
      await rm(root, { recursive: true, force: true })
    },
  }
}

export type RealStudio = Awaited<ReturnType<typeof openRealStudio>>

const hasEnded = ({ state }: Job) => state !== 'queued' && state !== 'running'

function altered(message: ToInference, { task = (same) => same, runtime }: Lent): ToInference {
  if (message.type !== 'run') return message
  return { ...message, task: task(message.task), runtime: { ...message.runtime, ...runtime } }
}
