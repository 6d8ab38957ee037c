import type { Passport } from '../../contract/model'
import { Button } from '../components/button'
import { useLocale } from '../locales/context'

type SeveralModelsProps = { folder: Passport; onChoose: (path: string) => void }

/** What lies in a folder of models: one of them can be looked at, the dialog's own button lists them all. */
export function SeveralModels({ folder, onChoose }: SeveralModelsProps) {
  const { t } = useLocale()
  return (
    <section className="stack tight" aria-label={t('folders.models', { count: folder.parts.length })}>
      <p>
        <strong>{t('folders.models', { count: folder.parts.length })}.</strong>{' '}
        <span className="soft">{t('passport.folder-of-models')}</span>
      </p>
      <ul className="several-models" translate="no">
        {folder.parts.map((part) => (
          <li key={part}>
            <Button tone="quiet" label={part} onClick={() => onChoose(`${folder.path}/${part}`)} />
          </li>
        ))}
      </ul>
    </section>
  )
}
