/** What may be locked: minutes without input until it is, or undefined while there is nothing to lock. */
export type IdlePorts = { minutes(): number | undefined; lock(): Promise<void> }

export type IdleLock = {
  /** somebody typed, moved or clicked */
  active(): void
  close(): void
}

const lookEvery = 5000

/**
 * Locks when nobody gave a sign for as long as the person chose. The core looks, not the page: a page that was closed
 * gives no signs either. It goes by the clock on the wall, so that a machine that slept locks as it wakes. A clock that
 * was set back begins anew. `onFailure` hears what locking threw.
 */
export function createIdleLock(
  { minutes, lock }: IdlePorts,
  onFailure: (error: unknown) => void,
  now: () => number = Date.now,
): IdleLock {
  let lastSign = now()
  let locking = false
  const look = async () => {
    const limit = minutes()
    if (limit === undefined || limit === 0 || now() < lastSign) {
      lastSign = now()
      return
    }
    if (locking || now() - lastSign < limit * 60_000) return
    locking = true
    await lock().catch(onFailure)
    locking = false
    lastSign = now()
  }
  const timer = setInterval(() => void look(), lookEvery)
  timer.unref()
  return {
    active: () => (lastSign = now()),
    close: () => clearInterval(timer),
  }
}
