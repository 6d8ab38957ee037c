import { FileUp, ListPlus, Pencil, SquarePlus, Trash2 } from 'lucide-react'
import { useRef, useState } from 'react'
import type { Wildcard } from '../../contract/wildcards'
import { Button, IconButton } from '../components/button'
import { Dialog } from '../components/dialog'
import { useLocale } from '../locales/context'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { insertIntoPrompt } from './insert-text'
import { ListEditor } from './list-editor'
import { readListFiles } from './list-files'

/** Lists of words for `__name__`: seen, edited, brought in, deleted. */
export function ListsDialog({ onClose }: { onClose: () => void }) {
  const { api, create, toasts, wildcards } = useStudio()
  const { t, list: listed } = useLocale()
  const lists = useStore(wildcards)
  const [editing, setEditing] = useState<{ name: string; text: string; was?: string } | null>(null)
  const files = useRef<HTMLInputElement>(null)

  const edit = async ({ name }: Wildcard) => {
    const answer = await api.call('wildcards.get', { name })
    if (answer.ok) setEditing({ name, text: answer.value.text, was: name })
    else toasts.fail(answer.failure)
  }
  const remove = async ({ name }: Wildcard) => {
    const before = await api.call('wildcards.get', { name })
    const gone = await api.call('wildcards.remove', { name })
    if (!gone.ok) return toasts.fail(gone.failure)
    toasts.offerUndo(
      (now) => now.t('lists.removed', { name }),
      () => before.ok && void api.call('wildcards.save', { name, text: before.value.text }),
    )
  }
  const bringIn = async (chosen: readonly File[]) => {
    const read = await readListFiles(chosen)
    let count = 0
    for (const { name, text } of read.lists) {
      const answer = await api.call('wildcards.save', { name, text })
      if (answer.ok) count += 1
      else toasts.fail(answer.failure)
    }
    if (read.tooLarge.length > 0)
      toasts.show((now) => now.t('lists.tooLarge', { name: listed(read.tooLarge) }))
    if (read.bad.length > 0) toasts.show((now) => now.t('lists.badFile', { name: listed(read.bad) }))
    if (count > 0) toasts.show((now) => now.t('lists.imported', { count }))
  }
  const insert = ({ name }: Wildcard) => {
    onClose()
    requestAnimationFrame(() =>
      insertIntoPrompt(`__${name}__`, (update) =>
        create.change((draft) => ({ ...draft, prompt: update(draft.prompt) })),
      ),
    )
  }

  if (editing) return <ListEditor list={editing} onBack={() => setEditing(null)} onClose={onClose} />
  return (
    <Dialog
      title={t('lists.title')}
      onClose={onClose}
      footer={
        <>
          <Button icon={FileUp} label={t('lists.import')} onClick={() => files.current?.click()} />
          <Button
            tone="primary"
            icon={ListPlus}
            label={t('lists.new')}
            onClick={() => setEditing({ name: '', text: '' })}
          />
        </>
      }
    >
      <p className="soft">{t('lists.text')}</p>
      {lists.length === 0 && <p className="faint">{t('lists.empty')}</p>}
      <ul className="lists">
        {lists.map((one) => (
          <li key={one.name} className="row">
            <div className="grow">
              <code className="mono">__{one.name}__</code>
              <p className="small faint lists-sample">
                {t('lists.count', { count: one.lines })}
                {one.sample.length > 0 && ` · ${one.sample.join(' · ')}`}
              </p>
            </div>
            <IconButton
              icon={SquarePlus}
              label={t('lists.insert', { name: one.name })}
              onClick={() => insert(one)}
            />
            <IconButton
              icon={Pencil}
              label={t('lists.edit', { name: one.name })}
              onClick={() => void edit(one)}
            />
            <IconButton
              icon={Trash2}
              label={t('lists.remove', { name: one.name })}
              onClick={() => void remove(one)}
            />
          </li>
        ))}
      </ul>
      <input
        ref={files}
        type="file"
        accept=".txt,text/plain"
        multiple
        hidden
        onChange={(event) => {
          const chosen = [...(event.currentTarget.files ?? [])]
          event.currentTarget.value = ''
          void bringIn(chosen)
        }}
      />
    </Dialog>
  )
}
