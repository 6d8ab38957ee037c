/** What became of one comparison with the reference. */
export type CaseResult = { name: string; status: 'passed' | 'failed' | 'skipped'; detail?: string }

/**
 * A module in groups/: everything it compares, in the order it happens. `folder` has the layout of the shared
 * reference (schedulers/, tokenizers/, pipelines/, checkpoints/, torch_randn.json); what is absent is yielded as
 * skipped, never left out.
 */
export type Group = { name: string; run(folder: string): AsyncIterable<CaseResult> }

/** Runs one comparison: it passes when `problems` names none; an exception is a failure with its message. */
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
    return {
      name,
      status: 'failed',
      detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }
  }
}

export function skipped(name: string, detail: string): CaseResult {
  return { name, status: 'skipped', detail }
}
