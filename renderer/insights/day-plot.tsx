import { useLocale } from '../locales/context'
import { type Day, localDay } from './every-day'
import { PlotTable } from './plot-table'

const height = 160
const step = 16

/** One bar per day; the table below says the same in numbers. */
export function DayPlot({ days }: { days: readonly Day[] }) {
  const { t, day, number } = useLocale()
  const most = days.reduce((best, one) => (one.pictures > best.pictures ? one : best))
  const total = days.reduce((sum, one) => sum + one.pictures, 0)
  const width = days.length * step
  const show = (one: Day) => t('insights.bar', { day: day(localDay(one.day)), count: one.pictures })
  return (
    <section className="panel stack" aria-label={t('insights.perDay')}>
      <div>
        <h2>{t('insights.perDay')}</h2>
        <p className="soft">{t('insights.perDayText', { count: total, day: day(localDay(most.day)) })}</p>
      </div>
      <div className="plot">
        <span className="plot-most small faint" aria-hidden="true">
          {number(most.pictures)}
        </span>
        <svg
          viewBox={`0 0 ${width} ${height + 4}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={t('insights.perDay')}
        >
          <line className="plot-axis" x1="0" x2={width} y1={height} y2={height} />
          {days.map((one, index) => {
            const tall = (one.pictures / most.pictures) * (height - 16)
            return (
              <rect
                key={one.day}
                className="plot-bar"
                x={index * step + 3}
                y={height - tall}
                width={step - 6}
                height={tall}
                rx="2"
              >
                <title>{show(one)}</title>
              </rect>
            )
          })}
        </svg>
        <div className="row spread small faint" aria-hidden="true">
          <span>{days[0] && day(localDay(days[0].day))}</span>
          <span>{day(localDay(days.at(-1)?.day ?? ''))}</span>
        </div>
      </div>
      <PlotTable
        caption={t('insights.perDay')}
        columns={[t('insights.day'), t('insights.pictures')]}
        rows={days
          .filter((one) => one.pictures > 0)
          .map((one) => [day(localDay(one.day)), number(one.pictures)])}
      />
    </section>
  )
}
