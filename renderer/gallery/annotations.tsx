import { X } from 'lucide-react'
import { useState } from 'react'
import type { Image, ImageChange } from '../../contract/image'
import { plainWords } from '../../contract/plain-words'
import { Field, Switch } from '../components/fields'
import { TextArea, TextField } from '../components/text-field'
import { useLocale } from '../locales/context'
import { useStudio } from '../state/studio'

/** Title, tags and note: written when the field is left. */
export function Annotations({ image }: { image: Image }) {
  const { api, toasts } = useStudio()
  const { t } = useLocale()
  // null: nothing is being written, the record is shown
  const [title, setTitle] = useState<string | null>(null)
  const [note, setNote] = useState<string | null>(null)
  const [altText, setAltText] = useState<string | null>(null)
  const [shared, setShared] = useState<boolean | null>(null)
  const [tag, setTag] = useState('')

  const change = (part: ImageChange) =>
    void api
      .call('images.change', { ids: [image.id], change: part })
      .then((answer) => !answer.ok && toasts.fail(answer.failure))
  const addTag = () => {
    const name = tag.trim()
    setTag('')
    if (name !== '' && !image.tags.includes(name)) change({ tags: [...image.tags, name] })
  }

  return (
    <div className="stack">
      <Switch
        label={t('gallery.share')}
        hint={t('gallery.shareHint')}
        checked={shared ?? image.shared ?? false}
        onChange={(on) => {
          setShared(on)
          change({ shared: on })
        }}
      />
      <TextField
        label={t('gallery.name')}
        placeholder={t('gallery.namePlaceholder')}
        maxLength={500}
        value={title ?? image.title}
        onChange={setTitle}
        onBlur={() => {
          if (title !== null && title !== image.title) change({ title })
        }}
        onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
      />
      <Field label={t('gallery.tags')}>
        {({ id }) => (
          <div className="tags">
            {image.tags.map((name) => (
              <button
                key={name}
                type="button"
                className="search-token"
                aria-label={t('gallery.tagRemove', { tag: name })}
                onClick={() => change({ tags: image.tags.filter((other) => other !== name) })}
              >
                {name}
                <X size={12} aria-hidden="true" />
              </button>
            ))}
            <input
              id={id}
              className="text-input"
              placeholder={t('gallery.tagsPlaceholder')}
              maxLength={100}
              value={tag}
              onChange={(event) => setTag(event.currentTarget.value)}
              onBlur={addTag}
              onKeyDown={(event) => event.key === 'Enter' && addTag()}
            />
          </div>
        )}
      </Field>
      <TextArea
        label={t('gallery.altText')}
        hint={t('gallery.altTextHint')}
        rows={2}
        maxLength={2000}
        placeholder={image.title || plainWords(image.prompt)}
        value={altText ?? image.altText ?? ''}
        onChange={setAltText}
        onBlur={() => {
          if (altText !== null && altText !== (image.altText ?? '')) change({ altText: altText.trim() })
        }}
      />
      <TextArea
        label={t('gallery.note')}
        rows={2}
        placeholder={t('gallery.notePlaceholder')}
        value={note ?? image.note}
        onChange={setNote}
        onBlur={() => {
          if (note !== null && note !== image.note) change({ note })
        }}
      />
    </div>
  )
}
