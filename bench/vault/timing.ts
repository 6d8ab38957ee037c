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
