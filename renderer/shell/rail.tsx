import {
  Boxes,
  Brush,
  ChartColumn,
  CircleHelp,
  Images,
  type LucideIcon,
  Settings,
  ShieldCheck,
  Sparkles,
} from 'lucide-react'
import { Mark } from '../components/mark'
import { useAriaKeys } from '../keys/use-commands'
import { useLocale } from '../locales/context'
import { useSelected, useStore } from '../state/store'
import { type Screen, screens, useStudio } from '../state/studio'

const icons: Record<Screen, LucideIcon> = {
  create: Sparkles,
  edit: Brush,
  gallery: Images,
  models: Boxes,
  privacy: ShieldCheck,
  insights: ChartColumn,
  settings: Settings,
}

/** The way between the screens, and the seal: how much ever left this computer. */
export function Rail() {
  const { overlay, screen, seal } = useStudio()
  const { t, number } = useLocale()
  const current = useStore(screen)
  const helpKeys = useAriaKeys('help')
  const allowed = useSelected(seal, (value) => value?.allowed ?? null)
  return (
    <nav className="rail" aria-label={t('nav.label')}>
      <div className="rail-mark">
        <Mark size={30} />
      </div>
      <ul className="rail-list">
        {screens.map((name, index) => {
          const Icon = icons[name]
          return (
            <li key={name} className={name === 'privacy' ? 'rail-apart' : undefined}>
              <a
                href={`#/${name}`}
                className="rail-item"
                aria-current={name === current ? 'page' : undefined}
                aria-keyshortcuts={`Control+${index + 1}`}
                title={`${t(`nav.${name}`)} (${index + 1})`}
              >
                <Icon size={20} strokeWidth={1.75} aria-hidden="true" />
                <span>{t(`nav.${name}`)}</span>
              </a>
            </li>
          )
        })}
      </ul>
      <button
        type="button"
        className="rail-item rail-help"
        aria-keyshortcuts={helpKeys}
        title={t('help.open')}
        onClick={() => overlay.set('help')}
      >
        <CircleHelp size={20} strokeWidth={1.75} aria-hidden="true" />
        <span>{t('help.title')}</span>
      </button>
      {allowed !== null && (
        <a
          href="#/privacy"
          className={`rail-seal ${allowed === 0 ? '' : 'broken'}`}
          title={t('seal.label', { count: allowed })}
        >
          <strong>{number(allowed)}</strong>
          <span>{t('seal.short', { count: allowed })}</span>
        </a>
      )}
    </nav>
  )
}
