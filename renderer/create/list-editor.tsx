import { useState } from 'react'
import { wildcardLines, wildcardNameSchema, wildcardTextSchema } from '../../contract/wildcards'
import { Button } from '../components/button'
import { Dialog } from '../components/dialog'
import { TextArea, TextField } from '../components/text-field'
import { useLocale } from '../locales/context'
import { useStudio } from '../state/studio'

type ListEditorProps = {
  list: { name: string; text: string; was?: string }
  onBack: () => void
  onClose: () => void
}

/** One list: its name and a line per option. */
export function ListEditor({ list, onBack, onClose }: ListEditorProps) {
  const { api, toasts } = useStudio()
  const { t } = useLocale()
  const [name, setName] = useState(list.name)
  const [text, setText] = useState(list.text)
  const good = wildcardNameSchema.safeParse(name).success
  const fits = wildcardTextSchema.safeParse(text).success
  const save = async () => {
    const answer = await api.call('wildcards.save', { name, text, ...(list.was && { was: list.was }) })
    if (answer.ok) onBack()
    else toasts.fail(answer.failure)
  }
  return (
    <Dialog
      title={list.was ? t('lists.edit', { name: list.was }) : t('lists.new')}
      onClose={onClose}
      footer={
        <>
          <Button label={t('lists.back')} onClick={onBack} />
          <Button
            tone="primary"
            label={t('lists.save')}
            disabled={!good || !fits || wildcardLines(text).length === 0}
            onClick={() => void save()}
          />
        </>
      }
    >
      <TextField
        label={t('lists.name')}
        hint={name === '' || good ? undefined : t('lists.nameBad')}
        mono
        autoComplete="off"
        spellCheck={false}
        aria-invalid={name !== '' && !good}
        value={name}
        onChange={setName}
      />
      <TextArea
        label={t('lists.lines')}
        hint={fits ? t('lists.linesHint', { choice: '{a|b}' }) : t('lists.tooLarge', { name })}
        mono
        rows={12}
        spellCheck={false}
        value={text}
        onChange={setText}
      />
      <p className="small faint" role="status">
        {t('lists.count', { count: wildcardLines(text).length })}
      </p>
    </Dialog>
  )
}
