import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import type { Failure } from '../../contract/errors.ts'
import type { Job } from '../../contract/job.ts'
import { dispatch } from '../../contract/rpc.ts'
import type { Work } from '../../contract/work.ts'
import { createStudio } from '../create-studio.ts'
import type { Host } from '../host.ts'
import type { Studio } from '../studio.ts'
import { type Behaviour, createHostDouble, until } from './host-double.ts'

/** A whole studio over a host double, spoken to as a client would. */
export async function openHarness(behaviour?: Behaviour, lend: Partial<Host> = {}) {
  const double = createHostDouble(behaviour)
  Object.assign(double.host, lend)
  let studio: Studio = await open()
  const jobs = new Map<string, Job>()
  const works = new Map<string, Work>()
  listen()

  async function open(): Promise<Studio> {
    return createStudio(double.host)
  }

  function listen(): void {
    studio.onEvent((name, value) => {
      if (name === 'job.changed') jobs.set((value as Job).id, value as Job)
      if (name === 'work.changed') works.set((value as Work).id, value as Work)
    })
  }

  const harness = {
    double,
    dataDirectory: double.host.dataDirectory,
    folder: (name: string) => path.join(double.root, name),
    studio: () => studio,
    jobs,
    outcome: (name: string, input: unknown = null) => dispatch(studio.handlers, name, input),
    async call(name: string, input: unknown = null): Promise<never> {
      const answered = await harness.outcome(name, input)
      if (!answered.ok) throw Object.assign(new Error(answered.failure.code), { failure: answered.failure })
      return answered.value as never
    },
    async failure(name: string, input: unknown = null): Promise<Failure | undefined> {
      const answered = await harness.outcome(name, input)
      return answered.ok ? undefined : answered.failure
    },
    /** Submits a job and waits for its end. */
    async make(more: object = {}): Promise<Job> {
      const request = { kind: 'generate', prompt: 'a boat', model: 'starter', ...more }
      const { id } = (await harness.call('jobs.submit', request)) as { id: string }
      return harness.ended(id)
    },
    ended: (id: string) =>
      until(() => {
        const job = jobs.get(id)
        return job !== undefined && !['queued', 'running'].includes(job.state) && job
      }),
    /** Starts a work and waits for its end. */
    async work(name: string, input: unknown): Promise<Work> {
      const { id } = (await harness.call(name, input)) as { id: string }
      return harness.worked(id)
    },
    worked: (id: string) =>
      until(() => {
        const work = works.get(id)
        return work !== undefined && work.state !== 'running' && work
      }),
    async post(address: string, body: Uint8Array): Promise<{ id: string }> {
      const request = new Request(`http://x${address}`, { method: 'POST', body: new Uint8Array(body) })
      return (await (await studio.handleMedia(request)).json()) as { id: string }
    },
    get: (address: string) => studio.handleMedia(new Request(`http://x${address}`)),
    stop: () => studio.close(),
    async start(): Promise<void> {
      studio = await open()
      listen()
    },
    async close(): Promise<void> {
      await studio.close()
      double.remove()
    },
  }
  return harness
}

export type Harness = Awaited<ReturnType<typeof openHarness>>

/** Every file below a folder, with its bytes. */
export function filesBelow(folder: string): { file: string; bytes: Buffer }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => ({ file, bytes: readFileSync(file) }))
}
