import type { ComponentName } from '../model-parts.ts'
import type { Feed, Session } from '../session.ts'
import { type Tensor, concatenate, itemOf } from '../tensor.ts'
import { checkOutput } from './output-check.ts'
import type { RunContext } from './pipeline.ts'

type Feeds = Record<string, Feed>

/** Output buffers of a run, one per call of a step: taken again in the next step. */
export type DenoiserBuffers = Map<number, Tensor>

/**
 * Calls a denoiser once per set of feeds (each of batch 1) and returns its first output for each. Two calls of
 * batch 1 are as fast as one of 2, take less memory and let a cancellation through in between; graphs that
 * declare a fixed batch get the sets together. The results are valid until the next call with the same `buffers`.
 */
export async function callDenoiser(
  context: RunContext,
  name: ComponentName,
  sets: Feeds[],
  buffers: DenoiserBuffers = new Map(),
): Promise<Float32Array[]> {
  const session = await context.sessions.session(name)
  const output = session.outputs[0]?.name ?? ''
  const batch = session.inputs[0]?.shape[0]
  const together = typeof batch === 'number' && batch > 1 ? batch : 1
  const results: Float32Array[] = []
  for (let at = 0; at < sets.length; at += together) {
    const group = sets.slice(at, at + together)
    await context.pause()
    const buffer = buffers.get(at)
    const into = buffer === undefined ? {} : { [output]: buffer }
    const answer = await session.run(stacked(session, group, together), [output], into)
    const tensor = answer[output] as Tensor
    buffers.set(at, tensor)
    checkOutput(tensor.data, name)
    group.forEach((_, i) => results.push(together === 1 ? tensor.data : itemOf(tensor, i).data))
  }
  return results
}

/** Joins feeds along the batch axis; the last set fills up a batch that is not full. */
function stacked(session: Session, group: Feeds[], batch: number): Feeds {
  const [first] = group
  if (batch === 1 || first === undefined) return first ?? {}
  const full = Array.from({ length: batch }, (_, i) => group[Math.min(i, group.length - 1)] as Feeds)
  const joined: Feeds = {}
  for (const [key, feed] of Object.entries(first)) {
    const fixed = session.input(key)?.shape[0] === batch
    joined[key] =
      'scalar' in feed || !fixed
        ? feed
        : concatenate(
            full.map((feeds) => feeds[key] as Tensor),
            0,
          )
  }
  return joined
}
