import type { Work } from '../../contract/work.ts'
import { openHarness } from '../../core/testing/studio-harness.ts'

export type BenchStudio = Awaited<ReturnType<typeof openBenchStudio>>

/** A studio on `dataDirectory` whose works may take as long as they take. */
export async function openBenchStudio(dataDirectory?: string) {
  const studio = await openHarness(undefined, dataDirectory === undefined ? {} : { dataDirectory })
  const works = new Map<string, Work>()
  const waiting = new Map<string, (work: Work) => void>()
  let progressMessages = 0
  studio.studio().onEvent((name, value) => {
    if (name !== 'work.changed') return
    progressMessages += 1
    const work = value as Work
    works.set(work.id, work)
    if (work.state !== 'running') waiting.get(work.id)?.(work)
  })
  const ended = (id: string): Promise<Work> => {
    const known = works.get(id)
    if (known !== undefined && known.state !== 'running') return Promise.resolve(known)
    return new Promise((resolve) => waiting.set(id, resolve))
  }
  const begin = async (name: string, input: object): Promise<string> =>
    ((await studio.call(name, input)) as { id: string }).id

  return {
    studio,
    begin,
    ended,
    progressMessages: () => progressMessages,
    /** Starts a work and waits for its end; one that failed is an error of the bench. */
    async finished(name: string, input: object): Promise<Work> {
      const work = await ended(await begin(name, input))
      if (work.state !== 'done') throw new Error(`${name}: ${JSON.stringify(work.failure)}`)
      return work
    },
    /** Starts a work, cancels it after `delay` milliseconds; gives how long it took to end. */
    async cancelled(
      name: string,
      input: object,
      delay: number,
    ): Promise<{ state: string; milliseconds: number }> {
      const id = await begin(name, input)
      await new Promise((resolve) => setTimeout(resolve, delay))
      const asked = performance.now()
      await studio.call('works.cancel', { id })
      const { state } = await ended(id)
      return { state, milliseconds: Math.round(performance.now() - asked) }
    },
  }
}
