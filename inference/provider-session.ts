import { freemem } from 'node:os'
import { failureOf } from '../contract/errors.ts'
import { openAutomatic } from './automatic-session.ts'
import { checkFinite } from './pipelines/output-check.ts'
import { type ProviderName, automaticCandidates } from './providers.ts'
import type { GraphSource } from './session-source.ts'
import { type Session, openSession } from './session.ts'
import { type TrialMemory, openTrialMemory } from './trial-memory.ts'

export type ProviderOptions = {
  executionProvider: ProviderName | 'auto'
  threads: number
  /** in place of `openSession`, for tests */
  open?: typeof openSession
  /** what 'auto' tries besides the CPU, and where it keeps what it found; absent: what the machine has, nowhere */
  candidates?: readonly ProviderName[]
  trials?: TrialMemory
  /** bytes that the process may take; absent or 0: as much as there is */
  memoryCeiling?: number
  /** a session could not be had on the provider that was asked for, or left it */
  onNote?: (note: { code: string; detail: string }) => void
}

/** Weights in memory take about so much more than on disk: activations and the runtime's own copies. */
export const weightOverhead = 1.3

/**
 * On the provider that was asked for, or on the one that a trial finds; a graph that an accelerator refuses still
 * runs on the CPU. `bytes` of weights decide whether there is room for the trial's second copy.
 * Throws what `openSession` throws.
 */
export async function openOnProvider(
  source: GraphSource,
  stage: string,
  bytes: number,
  options: ProviderOptions,
): Promise<Session> {
  const { executionProvider, threads, open = openSession, memoryCeiling = 0, onNote } = options
  if (executionProvider === 'auto') {
    const limit = memoryCeiling === 0 ? freemem() : memoryCeiling
    const ports = {
      open,
      candidates: options.candidates ?? automaticCandidates(),
      memory: options.trials ?? openTrialMemory(undefined),
      hasRoom: 2 * weightOverhead * bytes < limit,
      ...(onNote === undefined ? {} : { onNote }),
    }
    return openAutomatic(source, { threads, stage }, ports)
  }
  try {
    return await open(source, { executionProvider, threads, stage })
  } catch (error) {
    if (executionProvider === 'cpu') throw error
    // Where the CPU fails too, the file is at fault, and that failure says it better.
    const session = await open(source, { executionProvider: 'cpu', threads, stage })
    return { ...session, fellBackFrom: executionProvider }
  }
}

export type Steady = {
  session: Session
  /** to the CPU for good; nothing where it is there already */
  move(): Promise<void>
}

/**
 * A session that moves to the CPU for good when its accelerator fails, answers numbers that are none or, where
 * `movesWhenFull`, runs out of memory, and does the same run again.
 */
export function steady(
  first: Session,
  source: GraphSource,
  stage: string,
  options: ProviderOptions,
  movesWhenFull: boolean,
): Steady {
  let current = first
  const move = async (): Promise<void> => {
    if (current.executionProvider === 'cpu') return
    const provider = current.executionProvider
    await current.release()
    const { threads, open = openSession, onNote } = options
    current = await open(source, { executionProvider: 'cpu', threads, stage })
    onNote?.({ code: 'provider-failed', detail: `${stage} (${provider})` })
  }
  const session: Session = {
    ...first,
    get executionProvider() {
      return current.executionProvider
    },
    release: () => current.release(),
    run: async (feeds, outputs, into) => {
      if (current.executionProvider === 'cpu') return current.run(feeds, outputs, into)
      try {
        const answer = await current.run(feeds, outputs, into)
        for (const { data } of Object.values(answer)) checkFinite(data, stage)
        return answer
      } catch (error) {
        const { code } = failureOf(error)
        const moves =
          code === 'out-of-memory'
            ? movesWhenFull
            : code === 'inference-failed' || code === 'output-not-finite'
        if (!moves) throw error
        await move()
        return current.run(feeds, outputs, into)
      }
    },
  }
  return { session, move }
}
