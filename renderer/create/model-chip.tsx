import { Box } from 'lucide-react'
import type { Model } from '../../contract/model'
import { Choice } from '../components/choice'
import { Popover } from '../components/popover'
import { useLocale } from '../locales/context'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { withModel } from './create-draft'
import { draws } from './current-model'

export function ModelChip({ model }: { model: Model | undefined | null }) {
  const { create, models } = useStudio()
  const { t, duration } = useLocale()
  const list = useStore(models)?.filter(draws) ?? []
  const wanted = useStore(create).model
  // A recalled model that is not here stays visible as that; it is never swapped silently.
  const absent = wanted !== '' && model !== null && model?.id !== wanted
  const name = absent
    ? t('create.modelMissing', { name: wanted })
    : (model?.name ?? t(model === null ? 'common.loading' : 'create.noModel'))
  const hint = (one: Model) =>
    one.state === 'ready'
      ? one.millisecondsPerPicture !== undefined
        ? t('models.speedValue', { time: duration(one.millisecondsPerPicture) })
        : one.passport.detail
      : t(`models.state.${one.state}`)
  return (
    <Popover
      className={`chip ${absent ? 'absent' : ''}`}
      label={t('create.modelChip', { name })}
      trigger={
        <>
          <Box size={15} aria-hidden="true" />
          <span translate="no">{name}</span>
        </>
      }
    >
      <Choice
        legend={t('create.model')}
        value={model?.id ?? ''}
        options={list.map((one) => ({
          value: one.id,
          label: one.name,
          hint: hint(one),
          disabled: one.state !== 'ready',
        }))}
        onChoose={(id) => create.change((draft) => withModel(draft, id))}
      />
    </Popover>
  )
}
