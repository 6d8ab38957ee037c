import { useEffect, useState } from 'react'
import type { Failure } from '../../contract/errors'
import type { CategoryPage, LedgerCategory } from '../../contract/privacy'
import { media } from '../api'
import { Button } from '../components/button'
import { Dialog } from '../components/dialog'
import { FailureNotice } from '../components/failure-notice'
import { useLocale } from '../locales/context'
import { useStudio } from '../state/studio'

const pageSize = 100

/** Everything that is held of one category, as it is held. */
export function CategoryDialog({ category, onClose }: { category: LedgerCategory; onClose: () => void }) {
  const { api } = useStudio()
  const { t } = useLocale()
  const [entries, setEntries] = useState<CategoryPage['entries']>([])
  const [total, setTotal] = useState<number | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [pages, setPages] = useState(1)

  useEffect(() => {
    let current = true
    const offset = (pages - 1) * pageSize
    void api.call('privacy.viewCategory', { category, offset, limit: pageSize }).then((answer) => {
      if (!current) return
      if (!answer.ok) return setFailure(answer.failure)
      setTotal(answer.value.total)
      setEntries((now) => [...now.slice(0, offset), ...answer.value.entries])
    })
    return () => {
      current = false
    }
  }, [api, category, pages])

  return (
    <Dialog
      title={t(`privacy.category.${category}`)}
      wide
      onClose={onClose}
      footer={<Button label={t('common.close')} onClick={onClose} />}
    >
      {failure && <FailureNotice failure={failure} />}
      {total === null && !failure && <p className="faint">{t('common.loading')}</p>}
      {total === 0 && <p className="soft">{t('privacy.categoryEmpty')}</p>}
      <ul className="entries">
        {/* Several may have one id, such as the folders of models; their order is the core's and stays. */}
        {entries.map((entry, place) => (
          <Entry key={`${place} ${entry.id}`} entry={entry} />
        ))}
      </ul>
      {total !== null && entries.length < total && (
        <Button label={t('privacy.showMore')} onClick={() => setPages((count) => count + 1)} />
      )}
    </Dialog>
  )
}

function Entry({ entry }: { entry: CategoryPage['entries'][number] }) {
  const { date } = useLocale()
  return (
    <li className="entry">
      {entry.picture && <img src={media.thumbnail(entry.id, 96)} alt="" loading="lazy" />}
      <div className="grow stack tight">
        {entry.at !== undefined && <span className="small faint">{date(entry.at)}</span>}
        {/* Of a setting the name says what the value is; pictures show themselves, and lines only have numbers. */}
        {!entry.picture && !/^\d+$/.test(entry.id) && <strong className="mono break">{entry.id}</strong>}
        <dl className="facts">
          {Object.entries(entry.fields)
            .filter(([, value]) => value !== '' && value !== '[]')
            .map(([name, value]) => (
              <div key={name}>
                <dt className="mono break">{name}</dt>
                <dd className="break">{value}</dd>
              </div>
            ))}
        </dl>
      </div>
    </li>
  )
}
