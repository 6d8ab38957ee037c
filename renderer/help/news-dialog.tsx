import { useEffect, useState } from 'react'
import { Button } from '../components/button'
import { Dialog } from '../components/dialog'
import { MarkdownText } from '../components/markdown-text'
import { useLocale } from '../locales/context'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { isNewer, newsSince } from './news'

const files = import.meta.glob<string>('../../resources/whats-new/*.md', { query: '?raw', import: 'default' })

/** What is new since the version that was last used here; all of it when somebody asks. */
export function NewsDialog() {
  const { overlay, info, settings, changeSettings } = useStudio()
  const { t, language } = useLocale()
  const version = useStore(info)?.version ?? ''
  const [since] = useState(() => settings.get().newsSeen)
  const [text, setText] = useState('')
  useEffect(() => {
    void files[`../../resources/whats-new/${language}.md`]?.().then(setText)
  }, [language])
  const close = () => {
    overlay.set(null)
    if (version !== '') void changeSettings({ newsSeen: version })
  }
  const fresh = newsSince(text, isNewer(version, since) ? since : '')
  return (
    <Dialog
      title={t('news.title')}
      wide
      onClose={close}
      footer={<Button label={t('common.close')} onClick={close} />}
    >
      {fresh.map(({ version: of, text: says }) => (
        <section key={of} aria-label={of}>
          <h3>{of}</h3>
          <MarkdownText text={says} />
        </section>
      ))}
    </Dialog>
  )
}
