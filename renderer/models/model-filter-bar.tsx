import { Search } from 'lucide-react'
import type { Model } from '../../contract/model'
import { useLocale } from '../locales/context'
import { type ModelFilter, kindsOf } from './model-filter'

type ModelFilterBarProps = {
  models: readonly Model[]
  found: number
  filter: ModelFilter
  onFilter: (filter: ModelFilter) => void
}

/** Where there are many models: words and a kind, and how many of them fit. */
export function ModelFilterBar({ models, found, filter, onFilter }: ModelFilterBarProps) {
  const { t } = useLocale()
  return (
    <div className="row wrap model-filter" role="search" aria-label={t('models.find')}>
      <label className="model-find">
        <Search size={16} aria-hidden="true" />
        <input
          type="search"
          className="text-input"
          aria-label={t('models.find')}
          placeholder={t('models.find')}
          autoComplete="off"
          spellCheck={false}
          value={filter.text}
          onChange={(event) => onFilter({ ...filter, text: event.currentTarget.value })}
        />
      </label>
      <select
        className="text-input model-find-kind"
        aria-label={t('models.kind')}
        value={filter.kind}
        onChange={(event) => onFilter({ ...filter, kind: event.currentTarget.value as ModelFilter['kind'] })}
      >
        <option value="">{t('models.findAll', { count: models.length })}</option>
        {kindsOf(models).map(([kind, count]) => (
          <option key={kind} value={kind}>
            {`${t(`kind.${kind}`)} (${count})`}
          </option>
        ))}
      </select>
      <p className="small faint" role="status">
        {found < models.length && t('models.findFound', { found, count: models.length })}
      </p>
    </div>
  )
}
