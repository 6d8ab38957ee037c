import './zoom-tools.css'
import { Maximize, Minus, Plus } from 'lucide-react'
import { IconButton } from '../components/button'
import { useLocale } from '../locales/context'
import { type PanZoom, keyStep } from './use-pan-zoom'

/** What the wheel does, for keys and for those who look for it. `hint`: the space bar moves the picture too. */
export function ZoomTools({ panZoom, hint = true }: { panZoom: PanZoom; hint?: boolean }) {
  const { t, percent } = useLocale()
  const { scale } = panZoom.view
  return (
    <div
      className="zoom-tools"
      role="group"
      aria-label={t('viewer.zoom')}
      title={hint ? t('viewer.panHint') : undefined}
    >
      <IconButton
        icon={Minus}
        label={t('viewer.zoomOut')}
        disabled={scale <= 1}
        onClick={() => panZoom.zoom(1 / keyStep)}
      />
      <span className="small soft zoom-scale" role="status" aria-label={t('viewer.zoom')}>
        {percent(scale)}
      </span>
      <IconButton icon={Plus} label={t('viewer.zoomIn')} onClick={() => panZoom.zoom(keyStep)} />
      <IconButton icon={Maximize} label={t('viewer.fit')} disabled={scale <= 1} onClick={panZoom.fit} />
    </div>
  )
}
