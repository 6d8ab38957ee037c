import type { WebHost } from '../web-host.ts'

/** What a page with a gallery asks, cheap and dear ones mixed. */
const asked = [
  (host: WebHost) => host.call('settings.get', null),
  (host: WebHost) => host.call('queue.state', null),
  (host: WebHost) => host.call('images.query', { limit: 50 }),
  (host: WebHost) => host.call('drafts.get', { key: 'create' }),
  (host: WebHost) => host.call('app.info', null),
]

const percent = (sorted: number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.trunc(sorted.length * share))] ?? 0

/** Sends so many calls every second, whether or not they are answered, and says how long the answers took. */
export async function callsPerSecond(host: WebHost, rate: number, seconds: number): Promise<string> {
  const took: number[] = []
  const waiting: Promise<void>[] = []
  const began = performance.now()
  let sent = 0
  let most = 0
  const total = rate * seconds
  while (sent < total) {
    const due = Math.min(total, Math.trunc(((performance.now() - began) / 1000) * rate))
    for (; sent < due; sent++) {
      const at = performance.now()
      const call = asked[sent % asked.length]?.(host) ?? Promise.resolve()
      waiting.push(call.then(() => void took.push(performance.now() - at)))
    }
    most = Math.max(most, sent - took.length)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const sending = (performance.now() - began) / 1000
  await Promise.all(waiting)
  const all = (performance.now() - began) / 1000
  const sorted = took.toSorted((one, other) => one - other)
  const figures = [0.5, 0.99].map((share) => percent(sorted, share).toFixed(1))
  return (
    `${sorted.length.toLocaleString('en')} calls, ${rate} a second for ${sending.toFixed(1)} s: all answered after ` +
    `${all.toFixed(1)} s, median ${figures[0]} ms, 99th percentile ${figures[1]} ms, at most ${most} waiting`
  )
}
