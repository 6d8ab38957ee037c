import type { Model } from '../../contract/model'
import { useLocale } from '../locales/context'
import { useSelected } from '../state/store'
import { useStudio } from '../state/studio'
import { ModelActions } from './model-actions'
import { useObstacle } from './obstacle'
import { PassportFacts } from './passport-facts'

/** That an enlarger enlarges is said by what it is. */
const saidByKind: Partial<Record<Model['passport']['kind'], string>> = {
  upscaler: 'upscale',
  restorer: 'restore',
}

export function ModelCard({ model }: { model: Model }) {
  const { t, language } = useLocale()
  const obstacle = useObstacle()
  const { passport, limits } = model
  const honesty = model.honesty[language] ?? model.honesty['en']
  return (
    <article className={`panel model ${model.state}`} aria-label={model.name}>
      <header className="model-head">
        <div className="grow">
          <h2 translate="no">{model.name}</h2>
          {passport.detail !== model.name && <p className="soft">{passport.detail}</p>}
        </div>
        <span className={`badge ${model.state}`}>{t(`models.state.${model.state}`)}</span>
      </header>
      <ul className="row wrap model-tags">
        <li className="tag">{t(`kind.${passport.kind}`)}</li>
        {passport.capabilities.map(
          (capability) =>
            saidByKind[passport.kind] !== capability && (
              <li key={capability} className="tag">
                {t(`capability.${capability}`)}
              </li>
            ),
        )}
        {model.builtIn && <li className="tag">{t('models.builtIn')}</li>}
        {model.override && <li className="tag">{t('override.tag')}</li>}
      </ul>
      {model.state !== 'ready' && passport.obstacle !== undefined && (
        <p className="model-obstacle">{obstacle(passport.obstacle)}</p>
      )}
      <ModelNumbers model={model} />
      {passport.triggerWords.length > 0 && (
        <p>
          <span className="small faint">{t('models.triggers')}</span>{' '}
          {passport.triggerWords.slice(0, 12).map((word) => (
            <code key={word} className="tag" translate="no">
              {word}
            </code>
          ))}
        </p>
      )}
      {honesty && (
        <p className="model-honesty">
          <strong>{t('models.honesty')}</strong> <span translate="no">{honesty}</span>
        </p>
      )}
      <details className="model-passport">
        <summary>{t('models.passport')}</summary>
        <PassportFacts passport={passport} limits={limits} licence={model.licence[language]} />
      </details>
      <ModelActions model={model} />
    </article>
  )
}

const precisions = ['exact', 'balanced', 'fast', 'small'] as const

/** What decides whether one wants it: how fast it was, what it draws, what it takes. */
function ModelNumbers({ model }: { model: Model }) {
  const { info } = useStudio()
  const { t, bytes, duration, language, list } = useLocale()
  const memory = useSelected(info, (value) => value?.runtime.memory ?? 0)
  const { passport, limits } = model
  const needed = passport.memoryNeeded
  const tooMuch = needed !== undefined && memory > 0 && needed > memory
  const numbers: { name: string; value: string; alarming?: boolean; own?: boolean }[] = []
  if (model.millisecondsPerPicture !== undefined) {
    numbers.push({
      name: t('models.speed'),
      value: t('models.speedValue', { time: duration(model.millisecondsPerPicture) }),
    })
  } else if (passport.capabilities.length > 0) {
    numbers.push({ name: t('models.speed'), value: t('models.speedUnknown') })
  }
  const times = model.millisecondsByPrecision
  if (times !== undefined) {
    const values = precisions.flatMap((precision) => {
      const time = times[precision]
      return time === undefined
        ? []
        : [
            t('models.precisionTime', {
              precision: t(`settings.precision.${precision}`),
              time: duration(time),
            }),
          ]
    })
    numbers.push({ name: t('models.byPrecision'), value: list(values) })
  }
  if (model.ranOn !== undefined) numbers.push({ name: t('models.ranOn'), value: model.ranOn.toUpperCase() })
  if (limits) {
    const one = limits.minimum === limits.maximum
    numbers.push({
      name: t('models.draws'),
      value: one
        ? t('models.drawsValue', { width: limits.maximum, height: limits.maximum })
        : t('models.drawsRange', limits),
    })
  }
  numbers.push({ name: t('models.size'), value: bytes(passport.bytes) })
  if (passport.precision !== '')
    numbers.push({ name: t('models.precision'), value: passport.precision, own: true })
  if (needed !== undefined) {
    numbers.push({
      name: t('models.memory'),
      value: tooMuch ? t('models.memoryShort', { bytes: bytes(needed), have: bytes(memory) }) : bytes(needed),
      alarming: tooMuch,
    })
  }
  numbers.push({
    name: t('models.licence'),
    value: model.licence[language] ?? passport.licence ?? t('models.licenceUnknown'),
    own: true,
  })
  return (
    <dl className="model-numbers">
      {numbers.map(({ name, value, alarming, own }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className={alarming ? 'alarming' : undefined} translate={own ? 'no' : undefined}>
            {value}
          </dd>
        </div>
      ))}
    </dl>
  )
}
