import './models.css'
import { Boxes, Plus } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../components/button'
import { Empty } from '../components/empty'
import { ScreenFrame } from '../components/screen-frame'
import { useLocale } from '../locales/context'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { AddModelDialog } from './add-model-dialog'
import { ModelCard } from './model-card'
import { PreparedForms } from './prepared-forms'

export function ModelsScreen() {
  const { models } = useStudio()
  const { t } = useLocale()
  const list = useStore(models)
  const [adding, setAdding] = useState(false)
  const add = <Button tone="primary" icon={Plus} label={t('models.add')} onClick={() => setAdding(true)} />
  return (
    <ScreenFrame title={t('models.title')} intro={t('models.intro')} actions={add}>
      {list === null && <p className="faint">{t('common.loading')}</p>}
      {list?.length === 0 && <Empty icon={Boxes} title={t('models.empty')} text={t('models.emptyText')} />}
      {list && list.length > 0 && (
        <ul className="models">
          {list.map((model) => (
            <li key={model.id}>
              <ModelCard model={model} />
            </li>
          ))}
        </ul>
      )}
      <PreparedForms />
      {adding && <AddModelDialog onClose={() => setAdding(false)} />}
    </ScreenFrame>
  )
}
