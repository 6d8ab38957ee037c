import { useState } from 'react'
import { Button } from '../components/button'
import { Dialog } from '../components/dialog'
import { Slider, Switch } from '../components/fields'
import { TextArea, TextField } from '../components/text-field'
import { useLocale } from '../locales/context'
import { endedJobs } from '../state/job-list'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import type { OwnStyle } from './styles'

/** A style of one's own: a name, the words it adds, and if one likes a picture that shows it. */
export function StyleDialog({ style, onClose }: { style: OwnStyle; onClose: () => void }) {
  const { create, jobs, ownStyles, shown, toasts } = useStudio()
  const { t, percent } = useLocale()
  const [next, setNext] = useState(style)
  const known = useStore(ownStyles).styles.some(({ id }) => id === style.id)
  const pinned = useStore(shown)
  const newest = endedJobs(useStore(jobs))
    .find((job) => job.images.length > 0)
    ?.images.at(-1)
  const picture = pinned ?? newest
  const change = (part: Partial<OwnStyle>) => setNext((now) => ({ ...now, ...part }))

  const save = () => {
    const { styles } = ownStyles.get()
    ownStyles.set({
      styles: known ? styles.map((one) => (one.id === next.id ? next : one)) : [...styles, next],
    })
    create.change((draft) => ({ ...draft, style: next.id }))
    onClose()
  }
  const remove = () => {
    const before = ownStyles.get()
    ownStyles.set({ styles: before.styles.filter(({ id }) => id !== style.id) })
    create.change((draft) => ({ ...draft, style: draft.style === style.id ? '' : draft.style }))
    toasts.offerUndo(
      (now) => now.t('styles.removed', { name: style.name }),
      () => ownStyles.set(before),
    )
    onClose()
  }

  return (
    <Dialog
      title={t(known ? 'styles.edit' : 'styles.save')}
      onClose={onClose}
      footer={
        <>
          {known && <Button tone="quiet" label={t('styles.remove')} onClick={remove} />}
          <span className="grow" />
          <Button label={t('common.cancel')} onClick={onClose} />
          <Button
            tone="primary"
            label={t('lists.save')}
            disabled={next.name.trim() === '' || next.adds.trim() === ''}
            onClick={save}
          />
        </>
      }
    >
      <TextField
        label={t('styles.name')}
        maxLength={60}
        autoComplete="off"
        value={next.name}
        onChange={(text) => change({ name: text })}
      />
      <TextArea
        label={t('styles.adds')}
        hint={t('styles.addsHint', { prompt: '{prompt}' })}
        rows={3}
        maxLength={2000}
        spellCheck={false}
        value={next.adds}
        onChange={(text) => change({ adds: text })}
      />
      <Slider
        label={t('styles.strength')}
        value={next.strength}
        minimum={0.05}
        maximum={1}
        step={0.05}
        shown={percent(next.strength)}
        ends={[t('create.strengthKeep'), t('create.strengthChange')]}
        onChange={(strength) => change({ strength })}
      />
      {(picture || next.picture) && (
        <Switch
          label={t('styles.picture')}
          checked={next.picture !== undefined}
          onChange={(on) => {
            const { picture: _picture, ...rest } = next
            setNext(on && picture ? { ...rest, picture } : rest)
          }}
        />
      )}
    </Dialog>
  )
}
