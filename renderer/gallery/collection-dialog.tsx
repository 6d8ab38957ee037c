import { useId, useState } from 'react'
import type { Collection } from '../../contract/collection'
import { Button } from '../components/button'
import { Dialog } from '../components/dialog'
import { TextField } from '../components/text-field'
import { useLocale } from '../locales/context'
import { useStudio } from '../state/studio'

type CollectionDialogProps = {
  /** what is changed; absent: a new one */
  collection?: Collection | undefined
  /** of a new saved search */
  search?: string
  onClose: () => void
  onSaved?: (saved: Collection) => void
}

/** The name of an album, or name and words of a saved search. */
export function CollectionDialog({ collection, search, onClose, onSaved }: CollectionDialogProps) {
  const { api, toasts } = useStudio()
  const { t } = useLocale()
  const form = useId()
  const [name, setName] = useState(collection?.name ?? search ?? '')
  const [words, setWords] = useState(collection?.search ?? search)
  const save = async () => {
    if (name.trim() === '') return
    const answer = await api.call('collections.save', {
      ...(collection && { id: collection.id }),
      name,
      ...(words !== undefined && words.trim() !== '' && { search: words }),
    })
    if (!answer.ok) return toasts.fail(answer.failure)
    onSaved?.(answer.value)
    onClose()
  }
  const kind = words === undefined ? 'album' : 'searchSaved'
  return (
    <Dialog
      title={t(collection ? `gallery.${kind}Change` : `gallery.${kind}New`)}
      onClose={onClose}
      footer={
        <>
          <Button label={t('common.cancel')} onClick={onClose} />
          <Button
            tone="primary"
            label={t('gallery.collectionSave')}
            type="submit"
            form={form}
            disabled={name.trim() === ''}
          />
        </>
      }
    >
      <form
        id={form}
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <TextField
          label={t('gallery.collectionName')}
          maxLength={200}
          value={name}
          onChange={setName}
          onFocus={(event) => event.currentTarget.select()}
        />
        {words !== undefined && (
          <TextField
            label={t('gallery.searchWords')}
            hint={t('gallery.searchWordsHint')}
            maxLength={2000}
            spellCheck={false}
            value={words}
            onChange={setWords}
          />
        )}
      </form>
    </Dialog>
  )
}
