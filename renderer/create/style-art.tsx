import { media } from '../api'
import type { Style } from './styles'

/** The same small scene in this style; where there is no picture of it, a landscape in its colours. */
export function StyleArt({ style }: { style: Style | undefined }) {
  const picture = style?.picture ? media.thumbnail(style.picture, 320) : style?.thumbnail
  if (picture !== undefined)
    return <img className="style-art" src={picture} alt="" draggable={false} decoding="async" />
  const [sky, sun, ground] = style?.palette ?? ['var(--raised)', 'var(--pressed)', 'var(--line)']
  return (
    <svg className="style-art" viewBox="0 0 96 60" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      <rect width="96" height="60" fill={sky} />
      <circle cx="66" cy="26" r="11" fill={sun} />
      <path d="M0 44 26 26l20 14 16-9 34 18v11H0Z" fill={ground} opacity="0.55" />
      <path d="M0 52c26-10 52-8 96-4v12H0Z" fill={ground} />
    </svg>
  )
}
