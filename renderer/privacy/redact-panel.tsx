import { useState } from 'react'
import type { RedactPreview } from '../../contract/privacy'
import { Button } from '../components/button'
import { Confirm } from '../components/dialog'
import { TextField } from '../components/text-field'
import { useLocale } from '../locales/context'
import { useStudio } from '../state/studio'

/** Takes a word out of everything; shows first where it stands. */
export function RedactPanel() {
  const { api, toasts } = useStudio()
  const { t } = useLocale()
  const [word, setWord] = useState('')
  const [found, setFound] = useState<RedactPreview | null>(null)
  const [asking, setAsking] = useState(false)
  const wanted = word.trim()

  const look = async () => {
    if (wanted === '') return
    const answer = await api.call('privacy.redactPreview', { word: wanted })
    if (answer.ok) setFound(answer.value)
    else toasts.fail(answer.failure)
  }
  const redact = async () => {
    const answer = await api.call('privacy.redact', { word: wanted })
    if (!answer.ok) return toasts.fail(answer.failure)
    setFound(null)
    return setWord('')
  }
  return (
    <section className="panel stack" aria-label={t('redact.title')}>
      <div>
        <h2>{t('redact.title')}</h2>
        <p className="soft">{t('redact.text')}</p>
      </div>
      <form
        className="row redact-row"
        onSubmit={(event) => {
          event.preventDefault()
          void look()
        }}
      >
        <TextField
          label={t('redact.word')}
          maxLength={200}
          spellCheck={false}
          autoComplete="off"
          value={word}
          onChange={(text) => {
            setWord(text)
            setFound(null)
          }}
        />
        <Button type="submit" label={t('redact.look')} disabled={wanted === ''} />
        {found && found.occurrences > 0 && (
          <Button tone="danger" label={t('redact.do')} onClick={() => setAsking(true)} />
        )}
      </form>
      <div aria-live="polite">{found && <Found found={found} />}</div>
      {asking && (
        <Confirm
          title={t('redact.confirm', { word: wanted })}
          text={t('redact.confirmText')}
          action={t('redact.do')}
          onConfirm={() => void redact()}
          onClose={() => setAsking(false)}
        />
      )}
    </section>
  )
}

function Found({ found }: { found: RedactPreview }) {
  const { t, list } = useLocale()
  const places = [
    found.pictures > 0 && t('redact.pictures', { count: found.pictures }),
    found.jobs > 0 && t('redact.jobs', { count: found.jobs }),
    found.drafts > 0 && t('redact.drafts', { count: found.drafts }),
    found.collections > 0 && t('redact.collections', { count: found.collections }),
    found.settings > 0 && t('redact.settings', { count: found.settings }),
    found.blockedRequests > 0 && t('redact.blocked', { count: found.blockedRequests }),
  ].filter((place) => place !== false)
  return (
    <>
      <p>
        {found.occurrences === 0
          ? t('redact.none')
          : t('redact.found', { count: found.occurrences, places: list(places) })}
      </p>
      {found.kept > 0 && <p className="soft">{t('redact.kept', { count: found.kept })}</p>}
    </>
  )
}
