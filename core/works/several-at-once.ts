/**
 * `work` for every one of `values`, at most `atOnce` of them at a time; the first failure is thrown when all that had
 * begun have ended. For work that waits for the disk: a sync costs the same for one file as for eight.
 */
export async function severalAtOnce<Value>(
  values: readonly Value[],
  atOnce: number,
  work: (value: Value) => Promise<void>,
): Promise<void> {
  let next = 0
  const failures: unknown[] = []
  const lane = async () => {
    while (next < values.length && failures.length === 0) {
      const value = values[next++] as Value
      await work(value).catch((error: unknown) => failures.push(error))
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, values.length) }, lane))
  if (failures.length > 0) throw failures[0]
}
