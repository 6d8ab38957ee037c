/** Resident and heap megabytes of this process at ten moments of a work, evenly spread; and the most there was. */
export type Memory = { before: number; peak: number; resident: number[]; heap: number[] }

const moments = 10
const megabytes = (bytes: number) => Math.round(bytes / 1024 ** 2)

/**
 * Watches the memory of this process while `work` runs. What grows with the number of pictures shows as a series that
 * rises to its end; what does not, as one that is level after its beginning.
 */
export async function memoryWhile<Value>(
  work: () => Promise<Value>,
): Promise<{ value: Value; memory: Memory }> {
  const before = megabytes(process.memoryUsage().rss)
  const samples: { resident: number; heap: number }[] = []
  const sample = () => {
    const { rss, heapUsed } = process.memoryUsage()
    samples.push({ resident: megabytes(rss), heap: megabytes(heapUsed) })
  }
  const timer = setInterval(sample, 50)
  try {
    const value = await work()
    sample()
    const spread = Array.from(
      { length: moments },
      (_, index) => samples[Math.floor(((index + 1) / moments) * (samples.length - 1))] ?? samples[0],
    ).filter((one) => one !== undefined)
    return {
      value,
      memory: {
        before,
        peak: Math.max(...samples.map(({ resident }) => resident)),
        resident: spread.map(({ resident }) => resident),
        heap: spread.map(({ heap }) => heap),
      },
    }
  } finally {
    clearInterval(timer)
  }
}
