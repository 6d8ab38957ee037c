/** Milliseconds by the clock and of the processor (all threads of this process). */
export type Timing = { clock: number; processor: number }

export async function timed<Value>(work: () => Promise<Value>): Promise<Timing & { value: Value }> {
  const busy = process.cpuUsage()
  const started = performance.now()
  const value = await work()
  const clock = performance.now() - started
  const { user, system } = process.cpuUsage(busy)
  return { clock, processor: (user + system) / 1000, value }
}

/** Medians of `runs`, and the slowest. */
export async function repeat(
  runs: number,
  work: () => Promise<unknown>,
): Promise<Timing & { slowest: number }> {
  const times: Timing[] = []
  for (let run = 0; run < runs; run++) times.push(await timed(work))
  return {
    clock: median(times.map(({ clock }) => clock)),
    processor: median(times.map(({ processor }) => processor)),
    slowest: Math.max(...times.map(({ clock }) => clock)),
  }
}

export function median(numbers: number[]): number {
  return numbers.sort((left, right) => left - right)[Math.floor(numbers.length / 2)] ?? Number.NaN
}

/** The most that the process grew beyond its size at the start, in bytes, looked at every 50 ms. */
export async function peakWhile<Value>(
  work: () => Promise<Value>,
): Promise<{ value: Value; growth: number }> {
  const before = process.memoryUsage().rss
  let peak = before
  const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 50)
  try {
    return { value: await work(), growth: peak - before }
  } finally {
    clearInterval(timer)
  }
}
