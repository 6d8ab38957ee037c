import { Button } from '../components/button'
import { Dialog } from '../components/dialog'
import { useLocale } from '../locales/context'
import { ruleQuestion } from '../state/rule-question'
import { useStore } from '../state/store'

/** A prompt rule of the person's own asks before anything is made. */
export function RuleDialog() {
  const question = useStore(ruleQuestion)
  const { t } = useLocale()
  if (!question) return null
  const { words, answer } = question
  return (
    <Dialog
      title={t('safety.askTitle')}
      onClose={() => answer(false)}
      footer={
        <>
          <Button label={t('common.cancel')} onClick={() => answer(false)} />
          <Button tone="primary" label={t('safety.makeIt')} onClick={() => answer(true)} />
        </>
      }
    >
      <p className="soft">{t('safety.askText', { words })}</p>
    </Dialog>
  )
}
