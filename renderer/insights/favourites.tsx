import type { RequestOutput } from '../../contract/api'
import { samplerName } from '../../contract/sampler-names'
import { useLocale } from '../locales/context'

type Favourites = RequestOutput<'insights.get'>['favourites']
const kinds = ['models', 'sizes', 'samplers', 'words'] as const

/** What is used most, four short lists beside each other. */
export function FavouritesPanel({
  favourites,
  modelName,
}: {
  favourites: Favourites
  modelName: (id: string) => string
}) {
  const { t, number } = useLocale()
  const nameOf = (kind: (typeof kinds)[number], name: string): string => {
    if (kind === 'models') return modelName(name)
    if (kind === 'sizes') return name.replace('x', ' × ')
    if (kind === 'samplers') return name === 'auto' ? t('common.auto') : samplerName(name)
    return name
  }
  return (
    <section className="panel stack" aria-label={t('insights.favourites')}>
      <div>
        <h2>{t('insights.favourites')}</h2>
        <p className="soft">{t('insights.favouritesText')}</p>
      </div>
      <div className="favourites">
        {kinds
          .filter((kind) => favourites[kind].length > 0)
          .map((kind) => (
            <div key={kind}>
              <h3>{t(`insights.favourites.${kind}`)}</h3>
              <ol>
                {favourites[kind].slice(0, 8).map(({ name, count }) => (
                  <li key={name}>
                    <span className="break">{nameOf(kind, name)}</span>
                    <span className="faint">{number(count)}</span>
                  </li>
                ))}
              </ol>
            </div>
          ))}
      </div>
    </section>
  )
}
