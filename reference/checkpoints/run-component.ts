import { openSession, type Feed } from '../../inference/session.ts'
import type { GraphSource } from '../../inference/session-source.ts'
import { type Tensor } from '../../inference/tensor.ts'

/** One call of one graph on the CPU, on one thread as the reference was made. */
export async function runComponent(
  source: GraphSource,
  stage: string,
  feeds: Record<string, Feed>,
): Promise<Record<string, Tensor>> {
  const session = await openSession(source, { executionProvider: 'cpu', threads: 1, stage })
  try {
    return await session.run(feeds)
  } finally {
    await session.release()
  }
}
