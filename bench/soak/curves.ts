import type { Sample } from './samples.ts'

const width = 720
const panelHeight = 130
const margin = { left: 56, right: 16, top: 30, bottom: 26 }
const step = panelHeight + margin.top + margin.bottom

type Panel = { title: string; of(sample: Sample): number }

const panels: Panel[] = [
  { title: 'host: memory, MiB', of: ({ host }) => host.resident },
  { title: 'host: open files', of: ({ host }) => host.handles },
  { title: 'inference: memory, MiB', of: ({ inference }) => inference.resident },
  { title: 'inference: open files', of: ({ inference }) => inference.handles },
]

/** One curve a panel over the minutes, each from zero; colours that hold on light and on dark. */
export function drawCurves(samples: readonly Sample[]): string {
  const last = Math.max(0.01, samples.at(-1)?.minute ?? 0)
  const height = panels.length * step
  const x = (minute: number) => margin.left + (minute / last) * (width - margin.left - margin.right)
  const drawn = panels.map(({ title, of }, index) => {
    const top = index * step + margin.top
    const highest = roundUp(Math.max(1, ...samples.map(of)))
    const y = (value: number) => top + panelHeight * (1 - value / highest)
    const points = samples.map((sample) => `${x(sample.minute).toFixed(1)},${y(of(sample)).toFixed(1)}`)
    const grid = [0, highest / 2, highest].map(
      (value) =>
        `<line x1="${margin.left}" x2="${width - margin.right}" y1="${y(value)}" y2="${y(value)}" class="grid"/>` +
        `<text x="${margin.left - 8}" y="${y(value) + 4}" text-anchor="end">${value}</text>`,
    )
    const minutes = [0, 0.25, 0.5, 0.75, 1].map((share) => share * last)
    const foot = minutes.map(
      (minute) =>
        `<text x="${x(minute).toFixed(1)}" y="${top + panelHeight + 17}" text-anchor="middle">${minute.toFixed(last < 8 ? 1 : 0)}</text>`,
    )
    return (
      `<text x="${margin.left}" y="${top - 10}" class="title">${title}</text>${grid.join('')}${foot.join('')}` +
      `<polyline points="${points.join(' ')}"/>`
    )
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Memory and open files of both processes over ${last.toFixed(0)} minutes">
<style>text{font:12px system-ui,sans-serif;fill:#6b7280}.title{font-weight:600}.grid{stroke:#8b8f98;stroke-opacity:.25}polyline{fill:none;stroke:#4f7fd9;stroke-width:1.75;stroke-linejoin:round}@media(prefers-color-scheme:dark){text{fill:#9aa1ac}polyline{stroke:#7aa2f0}}</style>
${drawn.join('\n')}
</svg>
`
}

/** To a number with an even half. */
function roundUp(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value))
  return [1, 2, 4, 6, 8, 10].map((times) => times * unit).find((limit) => limit >= value) ?? value
}
