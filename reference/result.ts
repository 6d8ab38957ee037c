import { SanggarError } from '../contract/errors.ts'

/** What became of one comparison with the reference. */
export type CaseResult = { name: string; status: 'passed' | 'failed' | 'skipped'; detail?: string }

/**
 * A module in groups/: everything it compares, in the order it happens. `folder` has the layout of the shared
 * reference (schedulers/, tokenizers/, pipelines/, checkpoints/, torch_randn.json); what is absent is yielded as
 * skipped, never left out.
 */
export type Group = { name: string; run(folder: string): AsyncIterable<CaseResult> }

/** A file that the reference names and does not have, however deep the reader of it was. */
export function isAbsent(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error.message.startsWith('Input file is missing'))
    return true
  if (error instanceof SanggarError && isAbsence(error.failure)) return true
  // What the studio answers with comes as a value.
  if ('failure' in error && isAbsence(error.failure)) return true
  return isAbsent(error.cause)
}

export const isAbsence = (failure: unknown): boolean =>
  absences.has(String((failure as { code?: unknown } | undefined)?.code))

const absences = new Set(['path-not-found', 'model-not-found', 'model-folder-incomplete'])

/** What a comparison throws that the reference gives no numbers for. */
export class NotCompared extends Error {}

/**
 * Runs one comparison: it passes when `problems` names none; an exception is a failure with its message, but for what
 * is absent from the reference, which is skipped.
 */
export async function examine(
  name: string,
  problems: () => Promise<readonly string[]> | readonly string[],
): Promise<CaseResult> {
  try {
    const found = await problems()
    return found.length === 0
      ? { name, status: 'passed' }
      : { name, status: 'failed', detail: found.join('; ') }
  } catch (error) {
    return ended(name, error)
  }
}

/** All results of `source`; where it breaks off, that is a result too. */
export async function* guarded(name: string, source: AsyncIterable<CaseResult>): AsyncGenerator<CaseResult> {
  try {
    yield* source
  } catch (error) {
    yield ended(name, error)
  }
}

function ended(name: string, error: unknown): CaseResult {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof NotCompared) return skipped(name, message)
  if (isAbsent(error)) return skipped(name, `absent: ${message}`)
  return { name, status: 'failed', detail: error instanceof Error ? (error.stack ?? message) : message }
}

export function skipped(name: string, detail: string): CaseResult {
  return { name, status: 'skipped', detail }
}
