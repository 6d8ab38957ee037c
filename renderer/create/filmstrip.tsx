import type { ImageTile } from '../../contract/image'
import { media } from '../api'
import { useLocale } from '../locales/context'
import { useImageName } from '../state/library'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'

/** The latest pictures beside the canvas; the last session's are still there after a restart. */
export function Filmstrip({ tiles, current }: { tiles: readonly ImageTile[]; current: string | null }) {
  const { shown } = useStudio()
  const { t } = useLocale()
  const nameOf = useImageName()
  const pinned = useStore(shown) ?? current
  return (
    <section className="filmstrip" aria-label={t('create.recent')}>
      {tiles.length === 0 && <p className="filmstrip-empty small faint">{t('create.recentEmpty')}</p>}
      <ul>
        {tiles.map((tile) => (
          <li key={tile.id}>
            <button
              type="button"
              className="film"
              aria-label={t('create.openPicture', { name: nameOf(tile) })}
              aria-current={tile.id === pinned}
              title={nameOf(tile)}
              onClick={() => shown.set(tile.id)}
            >
              <img
                src={media.thumbnail(tile.id, 160)}
                alt=""
                loading="lazy"
                decoding="async"
                draggable={false}
              />
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
