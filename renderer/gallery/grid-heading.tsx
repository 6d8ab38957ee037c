import { useLocale } from '../locales/context'
import type { Group } from './grid-layout'

/** "22 November 2026 · 12 pictures". Seen only: to a screen reader each picture says its own day. */
export function GridHeading({ group }: { group: Group }) {
  const { t, day, month } = useLocale()
  const [year = 0, monthNumber = 1, date] = group.key.split('-').map(Number)
  const at = new Date(year, monthNumber - 1, date ?? 1).getTime()
  return (
    <div className="grid-heading" aria-hidden="true">
      <strong>{date === undefined ? month(at) : day(at)}</strong>
      <span className="small faint">{t('common.pictures', { count: group.count })}</span>
    </div>
  )
}
