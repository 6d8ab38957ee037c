import { useState } from 'react'
import { readPromptRules, usualPromptRules } from '../../contract/prompt-rules'
import { Button } from '../components/button'
import { Dialog } from '../components/dialog'
import { TextArea } from '../components/text-field'
import { useLocale } from '../locales/context'
import { useStudio } from '../state/studio'

/** The prompt rules as the text that they are. */
export function RulesDialog({ onClose }: { onClose: () => void }) {
  const { settings, changeSettings } = useStudio()
  const { t, list } = useLocale()
  const [text, setText] = useState(() => settings.get().promptRulesText)
  const { rules, unreadable } = readPromptRules(text)
  const save = () => {
    void changeSettings({ promptRulesText: text })
    onClose()
  }
  return (
    <Dialog
      title={t('safety.editRules')}
      wide
      onClose={onClose}
      footer={
        <>
          <Button label={t('safety.usual')} onClick={() => setText(usualPromptRules)} />
          <span className="grow" />
          <Button label={t('common.cancel')} onClick={onClose} />
          <Button tone="primary" label={t('safety.saveRules')} onClick={save} />
        </>
      }
    >
      <p className="soft">{t('safety.rulesText')}</p>
      <TextArea
        label={t('safety.rules')}
        mono
        rows={14}
        maxLength={50_000}
        spellCheck={false}
        autoComplete="off"
        value={text}
        onChange={setText}
      />
      <p aria-live="polite" className={unreadable.length > 0 ? '' : 'soft'}>
        {unreadable.length > 0
          ? t('safety.unreadable', { count: unreadable.length, lines: list(unreadable.map(String)) })
          : t('safety.count', { count: rules.length })}
      </p>
    </Dialog>
  )
}
