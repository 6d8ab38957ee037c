import { type CSSProperties, useEffect, useRef, useState } from 'react'
import { media } from '../api'
import { Slider } from '../components/fields'
import { useLocale } from '../locales/context'
import { usePanZoom, useZoomKeys } from '../viewer/use-pan-zoom'
import { ZoomTools } from '../viewer/zoom-tools'
import { type Difference, compareRgba, noDifference, together } from './difference'

type DifferenceViewProps = {
  left: string
  right: string
  /** how much stronger it begins */
  gain: number
  /** one of the two is covered: what differs is said in numbers, which are of the pictures, and not shown */
  hidden: boolean
  onKnown?: (difference: Difference) => void
}
type Found = { difference: Difference; scaled: boolean }

/** Where two pictures differ, made brighter, and by how much in numbers; zoomed as the other ways of comparing are. */
export function DifferenceView({ left, right, gain: start, hidden, onKnown }: DifferenceViewProps) {
  const { t, percent, number } = useLocale()
  const canvas = useRef<HTMLCanvasElement>(null)
  const stage = useRef<HTMLDivElement>(null)
  const panZoom = usePanZoom(stage)
  useZoomKeys(stage, panZoom)
  const [known, setKnown] = useState<Found | null>(null)
  const [gain, setGain] = useState(start)

  useEffect(() => {
    let current = true
    void Promise.all([left, right].map(decode)).then(async ([one, other]) => {
      const onto = canvas.current
      if (current && one && other && onto) {
        const scaled = other.width !== one.width || other.height !== one.height
        const difference = await compare(one, other, onto, () => current)
        if (difference) setKnown({ difference, scaled })
      }
      one?.close()
      other?.close()
    })
    return () => {
      current = false
      setKnown(null)
    }
  }, [left, right])
  const found = known?.difference
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
          style={{ '--gain': gain } as CSSProperties}
          role="img"
          aria-label={verdict ?? t('common.loading')}
        />
      </div>
      <div className="difference-foot">
        <p role="status">
          {verdict ?? t('common.loading')}
          {known?.scaled && ` ${t('difference.scaled')}`}
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

/** Decoded beside the page's own thread, where 48 megapixels would keep it for a second. */
async function decode(id: string): Promise<ImageBitmap | undefined> {
  try {
    // Covers of two pictures may be alike where the pictures are not: it is the pictures that are compared.
    const response = await fetch(media.original(id))
    return response.ok ? await createImageBitmap(await response.blob()) : undefined
  } catch {
    return undefined // erased meanwhile; the sides say so
  }
}

/** of both pictures at a time: few enough that a frame is never late for it */
const pixelsAtOnce = 500_000

/**
 * Draws the difference, band by band, since two photos of a telephone take half a second and half a gigabyte as a
 * whole. Making it stronger is the style's work. Undefined when nobody wants it any more.
 */
async function compare(
  left: ImageBitmap,
  right: ImageBitmap,
  onto: HTMLCanvasElement,
  wanted: () => boolean,
): Promise<Difference | undefined> {
  const { width, height } = left
  onto.width = width
  onto.height = height
  const drawing = onto.getContext('2d')
  const rows = Math.max(Math.floor(pixelsAtOnce / width), 1)
  const [readLeft, readRight] = [left, right].map((image) => bandsOf(image, width, height, rows))
  let difference = noDifference
  for (let top = 0; top < height; top += rows) {
    if (!wanted()) return undefined
    const shown = new ImageData(width, Math.min(rows, height - top))
    const [one, other] = [readLeft?.(top, shown.height), readRight?.(top, shown.height)]
    if (!one || !other) return undefined
    difference = together(difference, compareRgba(one, other, shown.data))
    drawing?.putImageData(shown, 0, top)
    await new Promise((resolve) => setTimeout(resolve))
  }
  return difference
}

/** Reads rows of a picture as if it had this size. */
function bandsOf(image: ImageBitmap, width: number, height: number, rows: number) {
  const context = new OffscreenCanvas(width, rows).getContext('2d', { willReadFrequently: true })
  return (top: number, count: number): Uint8ClampedArray | undefined => {
    context?.clearRect(0, 0, width, rows)
    context?.drawImage(image, 0, -top, width, height)
    return context?.getImageData(0, 0, width, count).data
  }
}
