import type { ProviderName } from './providers.ts'
import type { GraphSource } from './session-source.ts'
import type { Session, SessionOptions, openSession } from './session.ts'
import type { Tensor } from './tensor.ts'
import { type Trial, type TrialMemory, trialKey } from './trial-memory.ts'

export type AutomaticPorts = {
  open: typeof openSession
  /** providers besides the CPU that are worth a try on this machine */
  candidates: readonly ProviderName[]
  memory: TrialMemory
  /** whether the graph may be in memory twice for as long as the trial takes */
  hasRoom?: boolean
  /** milliseconds, of any origin */
  now?: () => number
  onNote?: (note: { code: string; detail: string }) => void
}

/** An accelerator must be so much faster before it is worth its other rounding. */
const worthwhile = 0.9
/** Largest relative distance (L2) from the CPU's numbers: half precision gives about 1e-3. */
const closeEnough = 0.01

type Run = Session['run']
type Answer = Record<string, Tensor>

/**
 * A session that finds its provider itself: the first run, which is the job's own at its own size, is made on the CPU
 * and on every candidate, and the fastest whose numbers are right keeps the graph. What was found is remembered, so
 * that the next process opens that one at once. A candidate that failed or answered other numbers is told in a note.
 * Throws what `open` throws on the CPU.
 */
export async function openAutomatic(
  source: GraphSource,
  options: Omit<SessionOptions, 'executionProvider'>,
  ports: AutomaticPorts,
): Promise<Session> {
  const { open, candidates, memory, hasRoom = true } = ports
  const onCpu = (): Promise<Session> => open(source, { ...options, executionProvider: 'cpu' })
  if (candidates.length === 0) return onCpu()
  const key = await trialKey(source, options.stage, candidates)
  const known = await memory.get(key)
  if (known !== undefined) return openKnown(source, options, ports, known)
  const cpu = await onCpu()
  return hasRoom ? trying(cpu, source, options, ports, key) : cpu
}

async function openKnown(
  source: GraphSource,
  options: Omit<SessionOptions, 'executionProvider'>,
  { open, onNote }: AutomaticPorts,
  known: Trial,
): Promise<Session> {
  tellFailures(known, options.stage, onNote)
  if (known.provider === 'cpu') return open(source, { ...options, executionProvider: 'cpu' })
  try {
    return await open(source, { ...options, executionProvider: known.provider })
  } catch {
    // It worked once. If the CPU fails too, that failure says it better.
    const session = await open(source, { ...options, executionProvider: 'cpu' })
    return { ...session, fellBackFrom: known.provider }
  }
}

function tellFailures({ failed }: Trial, stage: string, onNote: AutomaticPorts['onNote']): void {
  for (const { provider } of failed) onNote?.({ code: 'provider-failed', detail: `${stage} (${provider})` })
}

function trying(
  cpu: Session,
  source: GraphSource,
  options: Omit<SessionOptions, 'executionProvider'>,
  ports: AutomaticPorts,
  key: string,
): Session {
  let current = cpu
  let decided: Promise<void> | undefined
  let first: Answer | undefined

  const decide = async (...run: Parameters<Run>): Promise<void> => {
    const found = await compare(cpu, source, options, ports, run)
    current = found.session
    first = found.answer
    await ports.memory.set(key, found.trial)
    tellFailures(found.trial, options.stage, ports.onNote)
  }
  return {
    ...cpu,
    get executionProvider() {
      return current.executionProvider
    },
    async run(...run) {
      if (decided !== undefined) {
        await decided
        return current.run(...run)
      }
      decided = decide(...run).catch((error: unknown) => {
        decided = undefined
        throw error
      })
      await decided
      const answer = first as Answer
      first = undefined
      return answer
    },
    release: () => current.release(),
  }
}

type Found = { session: Session; answer: Answer; trial: Trial }

async function compare(
  cpu: Session,
  source: GraphSource,
  options: Omit<SessionOptions, 'executionProvider'>,
  { open, candidates, now = () => performance.now() }: AutomaticPorts,
  [feeds, outputs]: Parameters<Run>,
): Promise<Found> {
  const timed = async (session: Session): Promise<{ answer: Answer; milliseconds: number }> => {
    const started = now()
    const answer = await session.run(feeds, outputs)
    return { answer, milliseconds: now() - started }
  }
  const right = await timed(cpu)
  let best = { session: cpu, ...right }
  const milliseconds: Trial['milliseconds'] = { cpu: Math.round(right.milliseconds) }
  const failed: Trial['failed'] = []
  for (const provider of candidates) {
    let session: Session | undefined
    try {
      session = await open(source, { ...options, executionProvider: provider })
      // Not on this machine: nothing to tell.
      if (session.executionProvider === provider) {
        await session.run(feeds, outputs) // the first run compiles its kernels
        const own = await timed(session)
        milliseconds[provider] = Math.round(own.milliseconds)
        if (!isClose(own.answer, right.answer)) failed.push({ provider, reason: 'numbers' })
        else if (own.milliseconds < best.milliseconds * worthwhile) {
          const slower = best.session
          best = { session, ...own }
          session = slower
        }
      }
    } catch {
      failed.push({ provider, reason: 'failed' })
    }
    await session?.release().catch(() => undefined)
  }
  const { session, answer } = best
  return { session, answer, trial: { provider: session.executionProvider, milliseconds, failed } }
}

/** Every output finite and near the right one. */
function isClose(answer: Answer, right: Answer): boolean {
  return Object.entries(right).every(([name, { data: expected }]) => {
    const own = answer[name]?.data
    if (own === undefined || own.length !== expected.length) return false
    let [distance, length] = [0, 0]
    for (let i = 0; i < expected.length; i++) {
      distance += ((own[i] as number) - (expected[i] as number)) ** 2
      length += (expected[i] as number) ** 2
    }
    return Number.isFinite(distance) && Math.sqrt(distance) <= closeEnough * Math.sqrt(length) + 1e-6
  })
}
