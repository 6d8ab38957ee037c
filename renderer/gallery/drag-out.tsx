import { Files, Grab } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ExportRequestInput } from '../../contract/export'
import { Button } from '../components/button'
import { useLocale } from '../locales/context'
import { useStudio } from '../state/studio'

type DragOutProps = { request: ExportRequestInput & { images: string[] } }

/** The exported files as something to drag; they lie on the disk from the button on until this goes. */
export function DragOut({ request }: DragOutProps) {
  const { api, toasts } = useStudio()
  const { t } = useLocale()
  const [names, setNames] = useState<string[] | null>(null)
  const [working, setWorking] = useState(false)
  useEffect(() => () => void api.call('export.endDrag', null), [api])

  const prepare = async () => {
    setWorking(true)
    const answer = await api.call('export.prepareDrag', request)
    setWorking(false)
    if (answer.ok) setNames(answer.value.names)
    else toasts.fail(answer.failure)
  }

  return (
    <section className="drag-out" aria-label={t('export.dragOut')}>
      {names === null ? (
        <Button
          icon={Grab}
          label={t(working ? 'export.working' : 'export.dragOut')}
          disabled={working}
          onClick={() => void prepare()}
        />
      ) : (
        <div
          className="drag-out-files"
          role="presentation"
          draggable
          onDragStart={(event) => {
            event.preventDefault()
            void api.call('host.startDrag', null)
          }}
        >
          <Files size={20} aria-hidden="true" />
          <p role="status" className="break">
            {t('export.dragFiles', { count: names.length })}
            {names.length === 1 && `: ${names[0]}`}
          </p>
        </div>
      )}
      <p className="small soft">{t('export.dragHint')}</p>
    </section>
  )
}
