import { useCallback, useState } from 'react'
import { droppedFiles } from '../components/dropped-files'
import { useLocale } from '../locales/context'
import { useStudio } from '../state/studio'
import { type Received, bringIn } from './receive'

/** Takes picture files that were dropped or pasted into the library; `coming` is how far it is. */
export function useReceive() {
  const { api, toasts } = useStudio()
  const { list } = useLocale()
  const [coming, setComing] = useState<{ done: number; total: number } | null>(null)
  const receive = useCallback(
    async (files: readonly File[]) => {
      if (files.length === 0) return
      const paths = files.map((file) => api.pathOf(file))
      if (paths.every((path) => path !== '')) {
        // The host reads them from where they lie, folders too; how far it is and its end are told everywhere.
        const answer = await api.call('import.start', { paths })
        if (!answer.ok) toasts.fail(answer.failure)
        return
      }
      const received = await bringIn(api, files, (done) => setComing({ done, total: files.length }))
      setComing(null)
      if (received.failure) toasts.fail(received.failure)
      toasts.show((now) => said(received, now.t, list))
    },
    [api, toasts, list],
  )
  const drop = useCallback(
    (transfer: DataTransfer) => {
      const files = [...transfer.files]
      if (files.every((file) => api.pathOf(file) !== '')) void receive(files)
      else void droppedFiles(transfer).then(receive)
    },
    [api, receive],
  )
  return { receive, drop, coming }
}

function said(
  { added, known, unreadable }: Received,
  t: ReturnType<typeof useLocale>['t'],
  list: (names: string[]) => string,
): string {
  return [
    t('import.done', { count: added }),
    known > 0 && t('import.duplicates', { count: known }),
    unreadable.length > 0 && `${t('import.unreadable', { count: unreadable.length })}: ${list(unreadable)}`,
  ]
    .filter(Boolean)
    .join(' · ')
}
