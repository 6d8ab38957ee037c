import { ImagePlus, Images, LoaderCircle } from 'lucide-react'
import { Button } from '../components/button'
import { useLocale } from '../locales/context'
import { goTo } from '../shell/go-to'

/** Before there is a picture: drop, paste or choose one. */
export function StartPicture({ busy, onPick }: { busy: boolean; onPick: () => void }) {
  const { t } = useLocale()
  return (
    <div className="edit-start">
      <div className="edit-drop">
        {busy ? (
          <LoaderCircle size={32} className="turning" aria-hidden="true" />
        ) : (
          <ImagePlus size={32} strokeWidth={1.4} aria-hidden="true" />
        )}
        <h2>{t(busy ? 'edit.uploading' : 'edit.start')}</h2>
        <p className="soft">{t('edit.startText')}</p>
        <div className="row wrap">
          <Button tone="primary" label={t('edit.choose')} disabled={busy} onClick={onPick} />
          <Button icon={Images} label={t('edit.fromGallery')} onClick={() => goTo('gallery')} />
        </div>
      </div>
    </div>
  )
}
