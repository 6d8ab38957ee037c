import { useEffect, useMemo, useRef, useState } from 'react'
import { media } from '../api'
import { Slider } from '../components/fields'
import { useLocale } from '../locales/context'
import { usePanZoom, useZoomKeys } from '../viewer/use-pan-zoom'
import { ZoomTools } from '../viewer/zoom-tools'
import { type Difference, compareRgba } from './difference'

type DifferenceViewProps = {
  left: string
  right: string
  /** how much stronger it begins */
  gain: number
  /** one of the two is covered: what differs is said in numbers, which are of the pictures, and not shown */
  hidden: boolean
  onKnown?: (difference: Difference) => void
}
type Pixels = {
  width: number
  height: number
  left: Uint8ClampedArray
  right: Uint8ClampedArray
  scaled: boolean
}

/** Where two pictures differ, made brighter, and by how much in numbers; zoomed as the other ways of comparing are. */
export function DifferenceView({ left, right, gain: start, hidden, onKnown }: DifferenceViewProps) {
  const { t, percent, number } = useLocale()
  const canvas = useRef<HTMLCanvasElement>(null)
  const stage = useRef<HTMLDivElement>(null)
  const panZoom = usePanZoom(stage)
  useZoomKeys(stage, panZoom)
  const [pixels, setPixels] = useState<Pixels | null>(null)
  const [gain, setGain] = useState(start)

  useEffect(() => {
    let current = true
    void Promise.all([left, right].map(decode)).then(([one, other]) => {
      if (!current || !one || !other) return
      const { naturalWidth: width, naturalHeight: height } = one
      const scaled = other.naturalWidth !== width || other.naturalHeight !== height
      const [first, second] = [one, other].map((image) => rgbaOf(image, width, height))
      if (first && second) setPixels({ width, height, left: first, right: second, scaled })
    })
    return () => {
      current = false
    }
  }, [left, right])
  const compared = useMemo(() => {
    if (!pixels) return null
    const shown = new ImageData(pixels.width, pixels.height)
    return { shown, difference: compareRgba(pixels.left, pixels.right, shown.data, gain) }
  }, [pixels, gain])
  const found = compared?.difference
  useEffect(() => {
    if (compared && !hidden) canvas.current?.getContext('2d')?.putImageData(compared.shown, 0, 0)
  }, [compared, hidden])
  useEffect(() => {
    if (found) onKnown?.(found)
  }, [found, onKnown])

  const verdict =
    found &&
    (found.changed === 0
      ? t('difference.none')
      : t('difference.some', {
          share: percent(found.changed / found.pixels),
          mean: number(found.mean, { maximumFractionDigits: 2 }),
          largest: found.largest,
        }))
  return (
    <div className="difference">
      <div
        ref={stage}
        className={`difference-stage ${panZoom.className}`}
        style={panZoom.style}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={(event) => {
          if (event.buttons === 1) panZoom.pan(event)
        }}
        onDoubleClick={panZoom.fit}
      >
        <canvas
          ref={canvas}
          className="difference-canvas"
          hidden={hidden}
          width={pixels?.width ?? 1}
          height={pixels?.height ?? 1}
          role="img"
          aria-label={verdict ?? t('common.loading')}
        />
      </div>
      <div className="difference-foot">
        <p role="status">
          {verdict ?? t('common.loading')}
          {pixels?.scaled && ` ${t('difference.scaled')}`}
        </p>
        <Slider
          label={t('difference.gain')}
          value={gain}
          minimum={1}
          maximum={32}
          shown={`${number(gain)}×`}
          onChange={setGain}
        />
        <ZoomTools panZoom={panZoom} hint={false} />
      </div>
    </div>
  )
}

async function decode(id: string): Promise<HTMLImageElement | undefined> {
  const image = new Image()
  // Covers of two pictures may be alike where the pictures are not: it is the pictures that are compared.
  image.src = media.original(id)
  try {
    await image.decode()
    return image
  } catch {
    return undefined // erased meanwhile; the sides say so
  }
}

function rgbaOf(image: HTMLImageElement, width: number, height: number): Uint8ClampedArray | undefined {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  context?.drawImage(image, 0, 0, width, height)
  return context?.getImageData(0, 0, width, height).data
}
