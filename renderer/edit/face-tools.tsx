import { UserRound } from 'lucide-react'
import { useState } from 'react'
import type { FaceRequest } from '../../contract/generation'
import type { Image } from '../../contract/image'
import { Button } from '../components/button'
import { Slider } from '../components/fields'
import { useLocale } from '../locales/context'
import type { Frame } from './face-frame'

export type FaceWishes = Pick<FaceRequest, 'strength' | 'fidelity'>

type FaceToolsProps = {
  image: Image
  frame: Frame
  onFrame: (frame: Frame) => void
  ready: boolean
  onRun: (wishes: FaceWishes) => void
}

/** The square around a face, and how much of the new one is taken. */
export function FaceTools({ image, frame, onFrame, ready, onRun }: FaceToolsProps) {
  const { t, percent } = useLocale()
  const [wishes, setWishes] = useState<FaceWishes>({ strength: 0.8, fidelity: 0.7 })
  const shortSide = Math.min(image.width, image.height)
  const pixels = (value: number) => t('edit.pixels', { value })
  const within = (next: Frame): Frame => ({
    ...next,
    left: Math.max(0, Math.min(next.left, image.width - next.size)),
    top: Math.max(0, Math.min(next.top, image.height - next.size)),
  })
  return (
    <section className="stack" aria-label={t('edit.face')}>
      <h2>{t('edit.face')}</h2>
      <p className="field-hint">{t('edit.face.hint')}</p>
      {(['left', 'top'] as const).map((side) => (
        <Slider
          key={side}
          label={t(`edit.face.${side}`)}
          value={frame[side]}
          minimum={0}
          maximum={Math.max(0, (side === 'left' ? image.width : image.height) - frame.size)}
          shown={pixels(frame[side])}
          onChange={(value) => onFrame({ ...frame, [side]: value })}
        />
      ))}
      <Slider
        label={t('edit.face.size')}
        value={frame.size}
        minimum={Math.min(32, shortSide)}
        maximum={shortSide}
        shown={pixels(frame.size)}
        onChange={(size) => onFrame(within({ ...frame, size }))}
      />
      <Slider
        label={t('edit.face.strength')}
        value={wishes.strength}
        minimum={0}
        maximum={1}
        step={0.05}
        shown={percent(wishes.strength)}
        onChange={(strength) => setWishes({ ...wishes, strength })}
      />
      <Slider
        label={t('edit.face.fidelity')}
        hint={t('edit.face.fidelityHint')}
        value={wishes.fidelity}
        minimum={0}
        maximum={1}
        step={0.05}
        shown={percent(wishes.fidelity)}
        onChange={(fidelity) => setWishes({ ...wishes, fidelity })}
      />
      <Button icon={UserRound} label={t('edit.face.run')} disabled={!ready} onClick={() => onRun(wishes)} />
    </section>
  )
}
