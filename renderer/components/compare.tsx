import { type CSSProperties, useId, useState } from 'react'
import { useLocale } from '../locales/context'

type Side = { src: string; label: string; alt: string }

/** Two pictures on one spot with a divider that is dragged, or moved with the arrow keys. */
export function CompareSlider({ before, after }: { before: Side; after: Side }) {
  const { t, percent } = useLocale()
  const [place, setPlace] = useState(50)
  const id = useId()
  return (
    <div className="compare" style={{ '--place': `${place}%` } as CSSProperties}>
      <img className="compare-picture" src={after.src} alt={after.alt} draggable={false} />
      <img className="compare-picture compare-before" src={before.src} alt={before.alt} draggable={false} />
      <span className="compare-label start" aria-hidden="true">
        {before.label}
      </span>
      <span className="compare-label end" aria-hidden="true">
        {after.label}
      </span>
      <div className="compare-line" aria-hidden="true" />
      <label className="hidden-text" htmlFor={id}>
        {t('gallery.divider')}
      </label>
      <input
        id={id}
        type="range"
        className="compare-range"
        min={0}
        max={100}
        value={place}
        aria-valuetext={percent(place / 100)}
        onChange={(event) => setPlace(event.currentTarget.valueAsNumber)}
      />
    </div>
  )
}
