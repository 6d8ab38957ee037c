/*
 * Number series as numpy and torch make them, to the last bit where a rounded timestep depends on it.
 */

/** numpy.linspace in double: the last one is `stop` itself; a single one is `start`. */
export function linspace(start: number, stop: number, count: number): number[] {
  const step = count > 1 ? (stop - start) / (count - 1) : 0
  const series = Array.from({ length: count }, (_, i) => i * step + start)
  if (count > 1) series[count - 1] = stop
  return series
}

/** torch.linspace in float32: filled from both ends, every entry rounded once. */
export function torchLinspace(start: number, stop: number, count: number): number[] {
  const f = Math.fround
  const first = f(start)
  const last = f(stop)
  if (count === 1) return [first]
  const step = f(f(last - first) / f(count - 1))
  return Array.from({ length: count }, (_, i) =>
    i < Math.floor(count / 2) ? f(first + step * i) : f(last - step * (count - 1 - i)),
  )
}

/** numpy.arange(start, 0, -step): the increment is that between the first two entries, after rounding. */
export function countdown(start: number, step: number): number[] {
  const increment = start - step - start
  return Array.from({ length: Math.ceil(start / step) }, (_, i) => start + i * increment)
}

/** numpy.round: half to even. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}

/** numpy.interp over the positions 0, 1, 2, … of `table`. */
export function interpolate(table: ArrayLike<number>, position: number): number {
  const last = table.length - 1
  if (position <= 0) return table[0] as number
  if (position >= last) return table[last] as number
  const low = Math.floor(position)
  const a = table[low] as number
  return a + ((table[low + 1] as number) - a) * (position - low)
}
