import { useEffect, useState } from 'react'

type SettledPictureProps = { src: string; alt: string; className?: string; onFailure?: () => void }

/**
 * A picture whose address changes while it is looked at, such as a live preview: the old one stays until the new
 * one has arrived, so that nothing flickers.
 */
export function SettledPicture({ src, alt, className = '', onFailure }: SettledPictureProps) {
  const [shown, setShown] = useState(src)
  const [coming, setComing] = useState(src)
  useEffect(() => setComing(src), [src])
  return (
    <>
      <img key={shown} src={shown} alt={alt} className={className} draggable={false} onError={onFailure} />
      {coming !== shown && (
        <img
          key={coming}
          src={coming}
          alt=""
          className={`${className} coming`}
          draggable={false}
          onLoad={() => setShown(coming)}
          onError={() => setComing(shown)}
        />
      )}
    </>
  )
}
