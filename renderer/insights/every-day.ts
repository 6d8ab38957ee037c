export type Day = { day: string; pictures: number }

const least = 14
const most = 60

/** Days without a picture are days too: the plot's axis has no gaps and ends `today`. The latest 60, at least 14. */
export function everyDay(days: readonly Day[], today = ''): Day[] {
  const counts = new Map(days.map(({ day, pictures }) => [day, pictures]))
  const sorted = [...counts.keys()].sort()
  const latest = sorted.at(-1) ?? ''
  const last = today > latest ? today : latest
  const first = sorted[0]
  if (first === undefined) return []
  const all: Day[] = []
  for (let time = Date.parse(`${last}T00:00:00Z`); all.length < most; time -= 86_400_000) {
    const day = new Date(time).toISOString().slice(0, 10)
    all.unshift({ day, pictures: counts.get(day) ?? 0 })
    if (day <= first && all.length >= least) break
  }
  return all
}

/** Midnight of "2026-11-22" where the person is; Date.parse would take it for Greenwich's. */
export function localDay(day: string): number {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date).getTime()
}
