import { useEffect, useRef, useState } from 'react'
import { media } from '../api'
import { Slider } from '../components/fields'
import { useLocale } from '../locales/context'
import { type Difference, compareRgba } from './difference'

type DifferenceViewProps = {
  left: string
  right: string
  /** how much stronger it begins */
  gain: number
  onKnown?: (difference: Difference) => void
}
type Pixels = {
  width: number
  height: number
  left: Uint8ClampedArray
  right: Uint8ClampedArray
  scaled: boolean
}

/** Where two pictures differ, made brighter, and by how much in numbers. */
export function DifferenceView({ left, right, gain: start, onKnown }: DifferenceViewProps) {
  const { t, percent, number } = useLocale()
  const canvas = useRef<HTMLCanvasElement>(null)
  const [pixels, setPixels] = useState<Pixels | null>(null)
  const [gain, setGain] = useState(start)
  const [found, setFound] = useState<Difference | null>(null)

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
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (!pixels || !context) return
    const shown = context.createImageData(pixels.width, pixels.height)
    const difference = compareRgba(pixels.left, pixels.right, shown.data, gain)
    context.putImageData(shown, 0, 0)
    setFound(difference)
  }, [pixels, gain])
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
      <canvas
        ref={canvas}
        className="difference-canvas"
        width={pixels?.width ?? 1}
        height={pixels?.height ?? 1}
        role="img"
        aria-label={verdict ?? t('common.loading')}
      />
      <div className="difference-foot">
        <p role="status">
          {verdict}
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
      </div>
    </div>
  )
}

async function decode(id: string): Promise<HTMLImageElement | undefined> {
  const image = new Image()
  image.src = media.image(id)
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
