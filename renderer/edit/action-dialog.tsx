import { FileUp } from 'lucide-react'
import { useRef, useState } from 'react'
import type { Image } from '../../contract/image'
import { type QuickAction, quickActionSchema, wordsIn } from '../../contract/quick-action'
import { Button } from '../components/button'
import { Dialog } from '../components/dialog'
import { NumberField, Slider } from '../components/fields'
import { TextArea, TextField } from '../components/text-field'
import { useLocale } from '../locales/context'
import { useStudio } from '../state/studio'
import { takesWords, withWords } from './actions'

const mostBytes = 100_000
const usualSteps = 0

type ActionDialogProps = { action: QuickAction | null; image: Image; folder: string; onClose: () => void }

/** An action of one's own: written here, or brought in as the small file that others share. */
export function ActionDialog({ action, folder, onClose }: ActionDialogProps) {
  const { edit, ownActions, toasts } = useStudio()
  const { t, language, percent } = useLocale()
  const written = edit.get()
  const [label, setLabel] = useState(action ? wordsIn(action.label, language) : '')
  const [prompt, setPrompt] = useState(
    action ? wordsIn(action.prompt ?? '', language) : `{prompt}, ${written.prompt}`.replace(/, $/, ''),
  )
  const [strength, setStrength] = useState(action?.strength ?? written.strength)
  const [steps, setSteps] = useState(action?.steps ?? usualSteps)
  const worded = action === null || takesWords(action)
  const complete = label.trim() !== '' && (!worded || action?.does === 'extend' || prompt.trim() !== '')
  const file = useRef<HTMLInputElement>(null)
  const replace = (next: QuickAction) =>
    ownActions.change(({ actions }) => ({
      actions: [...actions.filter(({ id }) => id !== next.id && id !== action?.id), next],
    }))

  const save = () => {
    const { steps: _steps, ...rest } = action ?? {}
    const parsed = quickActionSchema.safeParse({
      does: 'restyle',
      needs: 'image-to-image',
      ...rest,
      id: action?.id ?? `own-${crypto.randomUUID()}`,
      label: withWords(action?.label, language, label),
      ...(worded && { prompt: withWords(action?.prompt, language, prompt), strength }),
      ...(worded && steps > 0 && { steps }),
    })
    if (!parsed.success) return
    replace(parsed.data)
    onClose()
  }
  const remove = () => {
    const before = ownActions.get()
    ownActions.set({ actions: before.actions.filter(({ id }) => id !== action?.id) })
    toasts.offerUndo(
      (now) => now.t('action.removed', { name: label }),
      () => ownActions.set(before),
    )
    onClose()
  }
  const bringIn = async (chosen: File) => {
    const parsed =
      chosen.size > mostBytes ? null : quickActionSchema.safeParse(parsedJson(await chosen.text()))
    if (!parsed?.success) {
      const problem = parsed?.error.issues[0]
      const where = problem ? `${problem.path.join('.')} ${problem.message}`.trim() : ''
      return toasts.show((now) => now.t('action.badFile', { file: chosen.name, problem: where }))
    }
    replace(parsed.data)
    onClose()
  }

  return (
    <Dialog
      title={t(action ? 'action.edit' : 'action.new')}
      onClose={onClose}
      footer={
        <>
          {action ? (
            <Button tone="quiet" label={t('action.remove')} onClick={remove} />
          ) : (
            <Button icon={FileUp} label={t('action.fromFile')} onClick={() => file.current?.click()} />
          )}
          <span className="grow" />
          <Button label={t('common.cancel')} onClick={onClose} />
          <Button tone="primary" label={t('lists.save')} disabled={!complete} onClick={save} />
        </>
      }
    >
      <TextField
        label={t('styles.name')}
        maxLength={60}
        autoComplete="off"
        value={label}
        onChange={setLabel}
      />
      {worded && (
        <>
          <TextArea
            label={t('action.prompt')}
            hint={t('action.promptHint', { prompt: '{prompt}' })}
            rows={3}
            maxLength={2000}
            spellCheck={false}
            value={prompt}
            onChange={setPrompt}
          />
          <Slider
            label={t('edit.strength')}
            value={strength}
            minimum={0.05}
            maximum={1}
            step={0.05}
            shown={percent(strength)}
            ends={[t('edit.keep'), t('edit.change')]}
            onChange={setStrength}
          />
          <NumberField
            label={t('create.steps')}
            value={steps}
            minimum={0}
            maximum={200}
            hint={t('action.stepsHint')}
            onCommit={setSteps}
          />
        </>
      )}
      {folder !== '' && <p className="field-hint break">{t('action.folder', { folder })}</p>}
      <input
        ref={file}
        type="file"
        accept=".json,application/json"
        hidden
        onChange={(event) => {
          const [chosen] = event.currentTarget.files ?? []
          event.currentTarget.value = ''
          if (chosen) void bringIn(chosen)
        }}
      />
    </Dialog>
  )
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
