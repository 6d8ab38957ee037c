import { useState } from 'react'

type SettledPictureProps = { src: string; alt: string; className?: string }

/**
 * A picture whose address changes while it is looked at, such as a live preview: the old one stays until the new
 * one has arrived, so that nothing flickers. One that never arrives is passed over.
 */
export function SettledPicture({ src, alt, className = '' }: SettledPictureProps) {
  const [shown, setShown] = useState(src)
  const [failed, setFailed] = useState<string | null>(null)
  return (
    <>
      <img key={shown} src={shown} alt={alt} className={className} draggable={false} />
      {src !== shown && src !== failed && (
        <img
          key={src}
          src={src}
          alt=""
          className={`${className} coming`}
          draggable={false}
          onLoad={() => setShown(src)}
          onError={() => setFailed(src)}
        />
      )}
    </>
  )
}
