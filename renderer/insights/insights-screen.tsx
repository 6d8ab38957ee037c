import './insights.css'
import { ChartColumn, EyeOff } from 'lucide-react'
import { useState } from 'react'
import type { FailureCode } from '../../contract/errors'
import { failureParameters } from '../../contract/errors'
import { Empty } from '../components/empty'
import { FailureNotice } from '../components/failure-notice'
import { localDate } from '../components/file-place'
import { ScreenFrame } from '../components/screen-frame'
import { useLocale } from '../locales/context'
import { useAnswer } from '../state/answer'
import { useSelected, useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { BarList } from './bar-list'
import { DayPlot } from './day-plot'
import { everyDay } from './every-day'
import { FavouritesPanel } from './favourites'
import { InsightsSwitch } from './insights-switch'

export function InsightsScreen() {
  const { library, models, settings } = useStudio()
  const { t, duration, number, failure } = useLocale()
  const on = useSelected(settings, (value) => value.insights)
  const answer = useAnswer('insights.get', on ? null : undefined, useStore(library))
  const list = useStore(models) ?? []
  const nameOf = (id: string) => list.find((model) => model.id === id)?.name ?? id
  const value = answer.value
  const [today] = useState(() => localDate(new Date()))
  const counted = value !== undefined && (value.perDay.length > 0 || value.failures.length > 0)

  return (
    <ScreenFrame title={t('insights.title')} intro={t('insights.intro')}>
      {!on && <Empty icon={EyeOff} title={t('insights.off')} text={t('insights.offText')} />}
      {on && answer.state === 'failed' && <FailureNotice failure={answer.failure} />}
      {on && value && !counted && (
        <Empty icon={ChartColumn} title={t('insights.empty')} text={t('insights.emptyText')} />
      )}
      {on && value && value.perDay.length > 0 && <DayPlot days={everyDay(value.perDay, today)} />}
      {on && value && value.perModel.length > 0 && (
        <BarList
          title={t('insights.speed')}
          text={t('insights.speedText')}
          columns={[t('insights.modelAndSize'), t('insights.median'), t('insights.pictures')]}
          bars={[...value.perModel]
            .sort((one, other) => other.pictures - one.pictures)
            .map((row) => ({
              key: `${row.model} ${row.size}`,
              label: `${nameOf(row.model)}, ${row.size.replace('x', ' × ')}`,
              value: row.medianMilliseconds,
              shown: duration(row.medianMilliseconds),
              note: t('common.pictures', { count: row.pictures }),
            }))}
        />
      )}
      {on && value && value.favourites.models.length > 0 && (
        <FavouritesPanel favourites={value.favourites} modelName={nameOf} />
      )}
      {on && counted && (
        <BarList
          title={t('insights.failures')}
          text={value.failures.length === 0 ? t('insights.failuresNone') : ''}
          tone="danger"
          bars={value.failures.map(({ code, count }) => ({
            key: code,
            label: isCode(code) ? failure(code, {}).what.replaceAll(/\{(\w+)\}/g, '…') : code,
            value: count,
            shown: number(count),
          }))}
        />
      )}
      <InsightsSwitch onErased={answer.again} />
    </ScreenFrame>
  )
}

const isCode = (code: string): code is FailureCode => Object.hasOwn(failureParameters, code)
