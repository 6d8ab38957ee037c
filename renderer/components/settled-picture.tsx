import { useEffect, useState } from 'react'

type SettledPictureProps = {
  src: string
  /** its thumbnail, shown where the picture takes longer to arrive than is felt: 48 megapixels take seconds */
  small?: string | undefined
  alt: string
  className?: string
}

/** milliseconds that the picture before stays before the next one's thumbnail is better */
const patience = 150

/**
 * A picture whose address changes while it is looked at, such as a live preview: the old one stays until the new
 * one has arrived, so that nothing flickers. One that never arrives is passed over.
 */
export function SettledPicture({ src, small, alt, className = '' }: SettledPictureProps) {
  const [shown, setShown] = useState(src)
  const [arrived, setArrived] = useState('')
  const [failed, setFailed] = useState<string | null>(null)
  useEffect(() => {
    if (small === undefined || src === shown) return undefined
    const timer = setTimeout(() => setShown(src), patience)
    return () => clearTimeout(timer)
  }, [small, src, shown])
  const under = small !== undefined && src === shown && arrived !== src
  return (
    <>
      <img
        key={shown}
        src={shown}
        alt={alt}
        className={`${className} ${under ? 'over-small' : ''}`}
        style={under ? { backgroundImage: `url("${small}")` } : undefined}
        draggable={false}
        onLoad={() => setArrived(shown)}
      />
      {src !== shown && src !== failed && (
        <img
          key={src}
          src={src}
          alt=""
          className={`${className} coming`}
          draggable={false}
          onLoad={() => {
            setArrived(src)
            setShown(src)
          }}
          onError={() => setFailed(src)}
        />
      )}
    </>
  )
}
