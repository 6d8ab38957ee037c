import { Check, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { Model } from '../../contract/model'
import { Button, IconButton } from '../components/button'
import { Confirm } from '../components/dialog'
import { draws, pickModel } from '../create/current-model'
import { useLocale } from '../locales/context'
import { useSelected, useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { ExportModelDialog, exportable } from './export-model-dialog'
import { PassportFacts } from './passport-facts'

export function ModelCard({ model }: { model: Model }) {
  const { api, create, info, models, settings, toasts } = useStudio()
  const { t, language, duration } = useLocale()
  const [removing, setRemoving] = useState(false)
  const [exporting, setExporting] = useState(false)
  const preferred = useSelected(settings, (value) => value.model)
  const written = useSelected(create, (draft) => draft.model)
  const inUse = pickModel(useStore(models) ?? [], written, preferred)?.id === model.id
  const reveal = useSelected(info, (value) => value?.capabilities.reveal ?? false)
  const { passport, limits } = model
  const honesty = model.honesty[language] ?? model.honesty['en']

  const use = () => {
    create.change((draft) => ({
      ...draft,
      model: model.id,
      size: null,
      steps: null,
      guidanceScale: null,
      scheduler: 'auto',
    }))
  }
  const remove = async () => {
    const answer = await api.call('models.remove', { id: model.id })
    if (answer.ok) toasts.show(t('models.removed', { name: model.name }))
    else toasts.fail(answer.failure)
  }

  return (
    <article className="panel model" aria-label={model.name}>
      <header className="model-head">
        <div className="grow">
          <h2 translate="no">{model.name}</h2>
          {passport.detail !== model.name && <p className="soft">{passport.detail}</p>}
        </div>
        <span className={`badge ${model.state}`}>{t(`models.state.${model.state}`)}</span>
      </header>
      <ul className="row wrap model-tags">
        <li className="tag">{t(`kind.${passport.kind}`)}</li>
        {passport.capabilities.map((capability) => (
          <li key={capability} className="tag">
            {t(`capability.${capability}`)}
          </li>
        ))}
        {model.builtIn && <li className="tag">{t('models.builtIn')}</li>}
      </ul>
      <dl className="model-numbers">
        <div>
          <dt>{t('models.speed')}</dt>
          <dd>
            {model.millisecondsPerPicture === undefined
              ? t('models.speedUnknown')
              : t('models.speedValue', { time: duration(model.millisecondsPerPicture) })}
          </dd>
        </div>
        {limits && (
          <div>
            <dt>{t('models.draws')}</dt>
            <dd>
              {limits.minimum === limits.maximum
                ? t('models.drawsValue', { width: limits.maximum, height: limits.maximum })
                : t('models.drawsRange', limits)}
            </dd>
          </div>
        )}
      </dl>
      {honesty && (
        <p className="model-honesty">
          <strong>{t('models.honesty')}</strong> <span translate="no">{honesty}</span>
        </p>
      )}
      <details className="model-passport">
        <summary>{t('models.passport')}</summary>
        <PassportFacts passport={passport} limits={limits} />
      </details>
      <footer className="row wrap">
        {draws(model) &&
          model.state === 'ready' &&
          (inUse ? (
            <span className="row model-used">
              <Check size={16} aria-hidden="true" />
              {t('models.default')}
            </span>
          ) : (
            <Button label={t('models.makeDefault')} onClick={use} />
          ))}
        {reveal && model.state !== 'missing' && (
          <Button
            label={t('models.reveal')}
            onClick={() => void api.call('host.reveal', { path: passport.path })}
          />
        )}
        {exportable(model) && <Button label={t('models.export')} onClick={() => setExporting(true)} />}
        <span className="grow" />
        {!model.builtIn && (
          <IconButton
            icon={Trash2}
            label={`${t('models.remove')}: ${model.name}`}
            onClick={() => setRemoving(true)}
          />
        )}
      </footer>
      {exporting && <ExportModelDialog model={model} onClose={() => setExporting(false)} />}
      {removing && (
        <Confirm
          title={t('models.removeTitle', { name: model.name })}
          text={t('models.removeText')}
          action={t('models.remove')}
          onConfirm={() => void remove()}
          onClose={() => setRemoving(false)}
        />
      )}
    </article>
  )
}
