import { Trash2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { PreparedForm } from '../../contract/model'
import { Button, IconButton } from '../components/button'
import { Confirm } from '../components/dialog'
import { NumberField } from '../components/fields'
import { useLocale } from '../locales/context'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'

const nameOf = (place: string): string => place.split(/[\\/]/).at(-1) ?? place

/** What was made of people's weights so that models open quickly: how much it takes, and the way to erase it. */
export function PreparedForms() {
  const { api, settings, changeSettings, models, toasts } = useStudio()
  const { t, bytes } = useLocale()
  const [forms, setForms] = useState<readonly PreparedForm[]>([])
  const [erasing, setErasing] = useState(false)
  const list = useStore(models)
  const { preparedLimit } = useStore(settings)

  useEffect(() => {
    let here = true
    const look = () =>
      void api.call('models.prepared', null).then((answer) => {
        if (here && answer.ok) setForms(answer.value)
      })
    look()
    // A form that was made is news of the models.
    const stop = api.on('models.changed', look)
    return () => {
      here = false
      stop()
    }
  }, [api])

  const erase = async (keys: string[]) => {
    const answer = await api.call('models.erasePrepared', { keys })
    if (!answer.ok) return toasts.fail(answer.failure)
    setForms(answer.value)
    return toasts.show((now) => now.t('prepared.erased'))
  }
  const total = forms.reduce((sum, form) => sum + form.bytes, 0)
  const modelName = ({ model }: PreparedForm) =>
    list?.find(({ passport }) => passport.path === model)?.name ??
    (model === '' ? t('prepared.unknownModel') : nameOf(model))

  return (
    <section className="panel prepared" aria-labelledby="prepared-title">
      <header className="row wrap">
        <div className="grow">
          <h2 id="prepared-title">{t('prepared.title')}</h2>
          <p className="soft">{t('prepared.text')}</p>
        </div>
        {forms.length > 0 && (
          <Button label={t('prepared.eraseAll', { bytes: bytes(total) })} onClick={() => setErasing(true)} />
        )}
      </header>
      {forms.length === 0 ? (
        <p className="faint">{t('prepared.none')}</p>
      ) : (
        <ul className="prepared-list">
          {forms.map((form) => (
            <li key={form.key} className="row">
              <span className="grow prepared-name">
                <span translate="no" title={form.model}>
                  {modelName(form)}
                </span>
                <span className="faint">
                  {t(`prepared.${form.kind}`, { network: form.network === '' ? '?' : form.network })}
                </span>
              </span>
              <span className="soft">{bytes(form.bytes)}</span>
              <IconButton
                icon={Trash2}
                size={16}
                label={t('prepared.erase', { name: modelName(form) })}
                onClick={() => void erase([form.key])}
              />
            </li>
          ))}
        </ul>
      )}
      <NumberField
        label={t('prepared.limit')}
        hint={t('prepared.limitHint')}
        value={preparedLimit}
        minimum={0}
        maximum={4096}
        onCommit={(limit) => void changeSettings({ preparedLimit: limit })}
      />
      {erasing && (
        <Confirm
          title={t('prepared.eraseTitle')}
          text={t('prepared.eraseText')}
          action={t('prepared.eraseAll', { bytes: bytes(total) })}
          onConfirm={() => void erase(forms.map(({ key }) => key))}
          onClose={() => setErasing(false)}
        />
      )}
    </section>
  )
}
