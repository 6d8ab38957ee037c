import type { FaceRequest } from '../../contract/generation'
import type { Image } from '../../contract/image'
import { media } from '../api'

export type Frame = FaceRequest['area']

/** Where a portrait most often has its face. */
export function firstFrame({ width, height }: Pick<Image, 'width' | 'height'>): Frame {
  const size = Math.max(16, Math.round(Math.min(width, height) * 0.6))
  return { left: Math.round((width - size) / 2), top: Math.round((height - size) * 0.35), size }
}

export const isWithin = ({ left, top, size }: Frame, image: Pick<Image, 'width' | 'height'>): boolean =>
  left + size <= image.width && top + size <= image.height

/** Around a point, as far as the picture goes. */
export function frameAround(
  x: number,
  y: number,
  { size }: Frame,
  image: Pick<Image, 'width' | 'height'>,
): Frame {
  const kept = (centre: number, length: number) =>
    Math.round(Math.min(Math.max(centre - size / 2, 0), Math.max(0, length - size)))
  return { left: kept(x, image.width), top: kept(y, image.height), size }
}

type FaceFrameProps = { image: Image; name: string; frame: Frame; onFrame: (frame: Frame) => void }

/** The picture with a square that follows the pointer while it is pressed; the sliders do the same by keyboard. */
export function FaceFrame({ image, name, frame, onFrame }: FaceFrameProps) {
  const { width, height } = image
  const move = (event: React.PointerEvent<SVGSVGElement>) => {
    const matrix = event.currentTarget.getScreenCTM()
    if (event.buttons !== 1 || !matrix) return
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse())
    onFrame(frameAround(x, y, frame, image))
  }
  const hole = `M${frame.left} ${frame.top}h${frame.size}v${frame.size}h${-frame.size}z`
  return (
    <svg
      className="stage-picture face-frame"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={name}
      onPointerDown={move}
      onPointerMove={move}
    >
      <image href={media.image(image.id)} width={width} height={height} />
      <path className="face-shade" fillRule="evenodd" d={`M0 0h${width}v${height}h${-width}z${hole}`} />
      <path className="face-line" d={hole} />
    </svg>
  )
}
