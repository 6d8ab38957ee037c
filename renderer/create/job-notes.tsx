import type { Job } from '../../contract/job'
import { useLocale } from '../locales/context'

const known = [
  'size-adjusted',
  'prompt-cut',
  'embedding-unknown',
  'adapter-partial',
  'eight-bit',
  'noise-found',
  'scratches-filled',
  'jpeg-found',
  'fading-found',
  'nothing-to-restore',
  'decoded-in-tiles',
  'encoded-in-tiles',
  'provider-fallback',
  'provider-failed',
  'decoded-early',
  'safe-mode',
  'safety-check-failed',
  'restarted-after-crash',
  'checkpoint-damaged',
  'checkpoint-not-kept',
] as const

/** What went differently from what was asked. A code without a translation is shown as it is, not hidden. */
export function JobNotes({ notes }: { notes: Job['notes'] }) {
  const { t } = useLocale()
  return notes.map(({ code, detail }) => {
    const note = known.find((one) => one === code)
    return (
      <p key={`${code}${detail}`}>
        {note ? t(`note.${note}`, { detail }) : t('note.other', { detail: detail === '' ? code : detail })}
      </p>
    )
  })
}
