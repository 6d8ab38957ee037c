import type { Forecast } from '../../contract/forecast'
import { useLocale } from '../locales/context'
import { isTooMuch } from './forecast'

/** A line ends between time and memory, not between a number and its unit. */
const whole = (amount: string) => amount.replaceAll(' ', '\u00a0')

/** "about 4 s, 0.6 GB", from what this machine took before. */
export function ForecastLine({ forecast }: { forecast: Forecast | null }) {
  const { t, duration, bytes } = useLocale()
  if (!forecast) return <span className="forecast" />
  const { milliseconds, memory, memoryFree, memoryLimit } = forecast
  if (memory !== undefined && isTooMuch(forecast)) {
    return (
      <span className="forecast too-much" role="status">
        {t('forecast.tooMuch', { memory: bytes(memory), limit: bytes(memoryLimit) })}
      </span>
    )
  }
  if (milliseconds === undefined) return <span className="forecast">{t('create.forecastUnknown')}</span>
  const time = duration(milliseconds)
  if (memory === undefined) return <span className="forecast">{t('create.forecast', { time })}</span>
  const tight = memory > memoryFree
  return (
    <span
      className={`forecast ${tight ? 'tight' : ''}`}
      title={tight ? t('forecast.more', { free: bytes(memoryFree) }) : undefined}
    >
      {t('create.forecastMemory', { time: whole(time), memory: whole(bytes(memory)) })}
    </span>
  )
}
