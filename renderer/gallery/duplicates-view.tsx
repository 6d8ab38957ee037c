import { CircleCheck, Columns2, ScanSearch } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { DuplicateGroup } from '../../contract/collection'
import type { Work } from '../../contract/work'
import { media } from '../api'
import { Button } from '../components/button'
import { Choice } from '../components/choice'
import { Empty } from '../components/empty'
import { FailureNotice } from '../components/failure-notice'
import { ProgressBar } from '../components/progress-bar'
import { useLocale } from '../locales/context'
import { useAnswer } from '../state/answer'
import { useImage, useImageName, useTrash } from '../state/library'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { CompareDialog } from './compare-dialog'

/** Pictures that are the same, or look alike; of each group one stays and the others can go. */
export function DuplicatesView() {
  const { api, library, toasts } = useStudio()
  const { t } = useLocale()
  const [kind, setKind] = useState<'same' | 'alike'>('same')
  const [work, setWork] = useState<Work | null>(null)
  const answer = useAnswer('duplicates.find', { alike: kind === 'alike' }, useStore(library))
  const found = answer.value
  const { again } = answer

  useEffect(
    () =>
      api.on('work.changed', (news) => {
        if (news.kind !== 'duplicates') return
        setWork(news.state === 'running' ? news : null)
        if (news.state !== 'running') again()
      }),
    [api, again],
  )
  const scan = async () => {
    const started = await api.call('duplicates.scan', null)
    if (!started.ok) toasts.fail(started.failure)
  }

  return (
    <div className="duplicates">
      <div className="row wrap spread">
        <Choice
          legend={t('gallery.duplicates')}
          hideLegend
          look="segments"
          value={kind}
          options={[
            { value: 'same', label: t('duplicates.same') },
            { value: 'alike', label: t('duplicates.alike') },
          ]}
          onChoose={setKind}
        />
        {found && found.unseen > 0 && !work && (
          <Button
            icon={ScanSearch}
            label={t('duplicates.scan', { count: found.unseen })}
            onClick={() => void scan()}
          />
        )}
      </div>
      <p className="soft">{t(kind === 'same' ? 'duplicates.sameText' : 'duplicates.alikeText')}</p>
      {work && (
        <ProgressBar label={t('work.duplicates')} fraction={work.total === 0 ? 0 : work.done / work.total} />
      )}
      {answer.state === 'failed' && <FailureNotice failure={answer.failure} />}
      {found?.groups.length === 0 && !work && (
        <Empty
          icon={CircleCheck}
          title={t('duplicates.none')}
          text={t(found.unseen > 0 ? 'duplicates.noneYet' : 'duplicates.noneText')}
        />
      )}
      <ul className="stack">
        {found?.groups.map((group) => (
          <li key={group.ids.join(' ')}>
            <Group group={group} />
          </li>
        ))}
      </ul>
    </div>
  )
}

function Group({ group }: { group: DuplicateGroup }) {
  const { t } = useLocale()
  const trash = useTrash()
  const [keep, setKeep] = useState(group.ids[0] ?? '')
  /** looked at beside the one that stays */
  const [beside, setBeside] = useState<string | null>(null)
  const others = group.ids.filter((id) => id !== keep)
  return (
    <section className="panel stack tight" aria-label={t('common.pictures', { count: group.ids.length })}>
      <fieldset className="duplicate-choice">
        <legend className="hidden-text">{t('duplicates.keep')}</legend>
        {group.ids.map((id) => (
          <div key={id} className="duplicate-place">
            <Candidate id={id} kept={id === keep} onKeep={() => setKeep(id)} group={group} />
            {id !== keep && (
              <Button
                tone="quiet"
                icon={Columns2}
                label={t('gallery.compare')}
                onClick={() => setBeside(id)}
              />
            )}
          </div>
        ))}
      </fieldset>
      {beside !== null && <CompareDialog ids={[keep, beside]} onClose={() => setBeside(null)} />}
      <div className="row spread wrap">
        <span className="small faint">{t('duplicates.keep')}</span>
        <Button
          label={t('duplicates.trashOthers', { count: others.length })}
          onClick={() => void trash(others)}
        />
      </div>
    </section>
  )
}

type CandidateProps = { id: string; kept: boolean; onKeep: () => void; group: DuplicateGroup }

function Candidate({ id, kept, onKeep, group }: CandidateProps) {
  const { t, date, bytes } = useLocale()
  const nameOf = useImageName()
  const image = useImage(id).value
  return (
    <label className={`duplicate ${kept ? 'kept' : ''}`}>
      <input
        type="radio"
        className="choice-input"
        name={group.ids[0]}
        checked={kept}
        onChange={onKeep}
        aria-label={image ? `${nameOf(image)}, ${date(image.createdAt)}` : t('common.loading')}
      />
      <img src={media.thumbnail(id, 320)} alt="" />
      <span className="small faint">
        {image && date(image.createdAt)}
        {image && ` · ${t('common.pixels', image)} · ${bytes(image.bytes)}`}
        {image?.starred && ` · ★`}
      </span>
    </label>
  )
}
