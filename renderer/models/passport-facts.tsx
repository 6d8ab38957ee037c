import { samplerName } from '../../contract/sampler-names'
import type { ModelLimits, Passport } from '../../contract/model'
import { useLocale } from '../locales/context'

/** Everything that the files' headers tell. */
export function PassportFacts({
  passport,
  limits,
  licence,
}: {
  passport: Passport
  limits?: ModelLimits | undefined
  /** in the language of the screen, where the model itself says it */
  licence?: string | undefined
}) {
  const { t, bytes, list } = useLocale()
  const facts: [string, string | undefined][] = [
    // That something is surely unknown tells nobody anything.
    [
      t('models.kind'),
      passport.kind === 'unknown'
        ? t('kind.unknown')
        : `${t(`kind.${passport.kind}`)} (${t(`models.confidence.${passport.confidence}`)})`,
    ],
    [t('models.family'), passport.family],
    [t('models.layout'), t(`models.layout.${passport.layout}`)],
    [t('models.precision'), passport.precision],
    [t('models.size'), bytes(passport.bytes)],
    [t('models.memory'), passport.memoryNeeded === undefined ? undefined : bytes(passport.memoryNeeded)],
    [t('models.licence'), licence ?? passport.licence ?? t('models.licenceUnknown')],
    [t('models.parts'), list(passport.parts)],
    [t('models.missing'), list(passport.missing)],
    [t('models.samplers'), limits && list(limits.schedulers.filter((id) => id !== 'auto').map(samplerName))],
    [t('models.triggers'), list(passport.triggerWords)],
    [t('models.place'), passport.path],
    ...Object.entries(passport.metadata),
  ]
  return (
    <dl className="facts">
      {facts.map(
        ([name, value]) =>
          value !== undefined &&
          value !== '' && (
            <div key={name}>
              <dt>{name}</dt>
              <dd className="break" translate="no">
                {value}
              </dd>
            </div>
          ),
      )}
    </dl>
  )
}
