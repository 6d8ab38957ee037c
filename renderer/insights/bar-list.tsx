import { PlotTable } from './plot-table'

export type Bar = { key: string; label: string; value: number; shown: string; note?: string }

type BarListProps = {
  title: string
  text: string
  bars: readonly Bar[]
  /** headings of the table with the same numbers; absent: the bars say it all */
  columns?: readonly string[]
  tone?: 'accent' | 'danger'
}

const barsShown = 12

/** Bars lying down, each with its name and its number in words; the table below has them all. */
export function BarList({ title, text, bars, columns, tone = 'accent' }: BarListProps) {
  const most = Math.max(...bars.map((bar) => bar.value), 1)
  return (
    <section className="panel stack" aria-label={title}>
      <div>
        <h2>{title}</h2>
        {text !== '' && <p className="soft">{text}</p>}
      </div>
      <ul className="bars">
        {bars.slice(0, barsShown).map((bar) => (
          <li key={bar.key}>
            <span className="bar-label break">{bar.label}</span>
            <svg className={`bar ${tone}`} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
              <rect className="bar-ground" width="100" height="8" />
              <rect className="bar-value" width={(bar.value / most) * 100} height="8" />
            </svg>
            <span className="bar-number">{bar.shown}</span>
            <span className="bar-note small faint">{bar.note}</span>
          </li>
        ))}
      </ul>
      {columns && (
        <PlotTable
          caption={title}
          columns={columns}
          rows={bars.map(({ label, shown, note }) => [label, shown, ...(note === undefined ? [] : [note])])}
        />
      )}
    </section>
  )
}
