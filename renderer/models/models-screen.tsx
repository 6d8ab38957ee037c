import './models.css'
import { Boxes, Plus } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button } from '../components/button'
import { useDropOf } from '../components/drop'
import { Empty } from '../components/empty'
import { ScreenFrame } from '../components/screen-frame'
import { useLocale } from '../locales/context'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { AddModelDialog } from './add-model-dialog'
import { ModelCard } from './model-card'
import { findModels, noModelFilter, seenAtAGlance } from './model-filter'
import { ModelFilterBar } from './model-filter-bar'
import { ModelFolders } from './model-folders'
import { PreparedForms } from './prepared-forms'

export function ModelsScreen() {
  const { api, models, toasts } = useStudio()
  const { t } = useLocale()
  const list = useStore(models)
  // What pictures took since the list was read belongs to it too.
  useEffect(() => {
    void api.call('models.list', null).then((now) => now.ok && models.set(now.value))
  }, [api, models])
  /** the paths that dialogs begin with, one after the other; none: it is closed */
  const [adding, setAdding] = useState<readonly string[]>([])
  const [next] = adding
  const [filter, setFilter] = useState(noModelFilter)
  const found = findModels(list ?? [], (list?.length ?? 0) > seenAtAGlance ? filter : noModelFilter)
  const drop = useDropOf((transfer) => {
    const files = [...transfer.files]
    const [first] = files
    if (!first) return
    const paths = files.map((file) => api.pathOf(file)).filter((path) => path !== '')
    // A browser does not tell where a file lies: the dialog has a way to look for it.
    if (paths.length === 0) toasts.show((now) => now.t('models.dropNoPath', { name: first.name }))
    setAdding(paths.length === 0 ? [''] : paths)
  })
  const add = <Button tone="primary" icon={Plus} label={t('models.add')} onClick={() => setAdding([''])} />
  return (
    <div className={`models-drop ${drop.over ? 'over' : ''}`} role="presentation" {...drop.handlers}>
      <ScreenFrame title={t('models.title')} intro={t('models.intro')} actions={add}>
        {list === null && <p className="faint">{t('common.loading')}</p>}
        {list?.length === 0 && <Empty icon={Boxes} title={t('models.empty')} text={t('models.emptyText')} />}
        {list && list.length > seenAtAGlance && (
          <ModelFilterBar models={list} found={found.length} filter={filter} onFilter={setFilter} />
        )}
        {found.length > 0 && (
          <ul className="models">
            {found.map((model) => (
              <li key={model.id}>
                <ModelCard model={model} />
              </li>
            ))}
          </ul>
        )}
        <ModelFolders />
        <PreparedForms />
        {next !== undefined && (
          <AddModelDialog key={next} start={next} onClose={() => setAdding(adding.slice(1))} />
        )}
      </ScreenFrame>
    </div>
  )
}
