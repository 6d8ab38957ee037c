import { useLocale } from '../locales/context'
import { PlaceField } from './place-field'

/** Where something is to be written. */
export function FolderField({ value, onChange }: { value: string; onChange: (path: string) => void }) {
  const { t } = useLocale()
  return <PlaceField label={t('folder.path')} hint={t('folder.hint')} value={value} onChange={onChange} />
}
