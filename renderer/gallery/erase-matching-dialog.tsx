import { useState } from 'react'
import type { Failure } from '../../contract/errors'
import { media } from '../api'
import { Button } from '../components/button'
import { Dialog } from '../components/dialog'
import { FailureNotice } from '../components/failure-notice'
import { TextField } from '../components/text-field'
import { useLocale } from '../locales/context'
import { useAnswer } from '../state/answer'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import type { GalleryQuery } from './pages'

const shown = 8

/** All that a search finds, for good. The number is typed, and erased is exactly what was counted. */
export function EraseMatchingDialog({ query, onClose }: { query: GalleryQuery; onClose: () => void }) {
  const { api, library, toasts } = useStudio()
  const { t, bytes } = useLocale()
  const [typed, setTyped] = useState('')
  const [failure, setFailure] = useState<Failure | null>(null)
  const answer = useAnswer('images.countMatching', query, useStore(library))
  const found = answer.value
  const sure = found !== undefined && found.count > 0 && typed.replaceAll(/\D/g, '') === String(found.count)
  const erase = async () => {
    if (!found || !sure) return
    const erased = await api.call('images.eraseMatching', { query, count: found.count })
    if (!erased.ok) {
      setTyped('')
      setFailure(erased.failure)
      answer.again()
      return
    }
    toasts.show((now) => now.t('gallery.erased', { count: found.count }))
    onClose()
  }
  return (
    <Dialog
      title={t('gallery.eraseMatching')}
      onClose={onClose}
      footer={
        <>
          <Button label={t('common.cancel')} onClick={onClose} />
          <Button
            tone="danger"
            label={t('gallery.eraseMatchingDo', { count: found?.count ?? 0 })}
            disabled={!sure}
            onClick={() => void erase()}
          />
        </>
      }
    >
      {found && (
        <>
          <p>{t('gallery.eraseMatchingText', { count: found.count, bytes: bytes(found.bytes) })}</p>
          <div className="strip" aria-hidden="true">
            {found.ids.slice(0, shown).map((id) => (
              <img key={id} src={media.thumbnail(id, 128)} alt="" />
            ))}
          </div>
          <p className="soft">{t('gallery.eraseText')}</p>
          <TextField
            label={t('gallery.eraseMatchingType', { count: found.count })}
            inputMode="numeric"
            autoComplete="off"
            value={typed}
            onChange={setTyped}
          />
        </>
      )}
      {answer.state === 'failed' && <FailureNotice failure={answer.failure} />}
      {failure && <FailureNotice failure={failure} />}
    </Dialog>
  )
}
