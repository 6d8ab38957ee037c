import type { ValueProto } from '../graph/onnx.ts'
import { createGenerator } from '../random.ts'
import type { Feed } from '../session.ts'

/** Sides that are only known at run time, for a call that is small and still has every level. */
const sides: Readonly<Record<string, number>> = {
  batch_size: 1,
  steps: 1,
  height: 32,
  width: 32,
  sequence_length: 77,
}

/** Sizes in pixels and time in steps mean something; everything else is close to unit normal. */
function feedFor({ name, type, shape }: ValueProto, randn: (length: number) => Float32Array): Feed {
  if (name === 'timestep') return { scalar: shape.length === 1 && shape[0] === 'steps' ? 500 : 0.5 }
  if (name.startsWith('adapter_scale.')) return { scalar: 0 }
  const sized = shape.map((side) => (typeof side === 'number' ? side : (sides[side] ?? 16)))
  const count = sized.reduce((product, side) => product * side, 1)
  if (name === 'time_ids') return { data: Float32Array.of(512, 512, 0, 0, 512, 512), shape: sized }
  // Ids of words: every vocabulary has so many.
  if (type !== 'float32')
    return { data: Int32Array.from({ length: count }, (_, i) => 1 + (i % 50)), shape: sized }
  return { data: randn(count), shape: sized }
}

/** One small call of a network on noise that is the same every time. */
export function calibrationFeeds(inputs: readonly ValueProto[]): Record<string, Feed> {
  const { randn } = createGenerator('0')
  return Object.fromEntries(inputs.map((input) => [input.name, feedFor(input, (length) => randn(length))]))
}
