import './tour.css'
import { type CSSProperties, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { Button } from '../components/button'
import { useModal } from '../components/use-modal'
import { useLocale } from '../locales/context'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { placeCard } from './tour-place'

/** What the tour points at, in order; a step whose place is not on the screen is left out. */
const steps = [
  { name: 'prompt', place: '.prompt-box' },
  { name: 'chips', place: '.composer-chips' },
  { name: 'generate', place: '.generate' },
  { name: 'canvas', place: '.canvas' },
  { name: 'screens', place: '.rail-list' },
  { name: 'seal', place: '.rail-seal' },
] as const

type Box = { left: number; top: number; width: number; height: number }

type Steps = readonly (typeof steps)[number][]

/** A walk over the Create screen in six sentences. Esc or Skip ends it at any time; Help starts it again. */
export function Tour() {
  const { screen } = useStudio()
  const here = useStore(screen)
  const [shown, setShown] = useState<Steps>([])
  // Asked for on another screen, it waits for Create to be drawn: before, most of its places are not there.
  useEffect(() => {
    if (here !== 'create') return undefined
    const frame = requestAnimationFrame(() =>
      setShown(steps.filter(({ place }) => document.querySelector(place)?.checkVisibility())),
    )
    return () => cancelAnimationFrame(frame)
  }, [here])
  return shown.length > 0 && <Walk shown={shown} />
}

function Walk({ shown }: { shown: Steps }) {
  const { overlay } = useStudio()
  const { t } = useLocale()
  const [at, setAt] = useState(0)
  const step = shown[at]
  const box = useBox(step?.place)
  const dialog = useRef<HTMLDialogElement>(null)
  const end = () => overlay.set(null)

  // Enter goes on; the browser would put the keyboard on the first button, which ends the tour.
  useModal(dialog, (element) => element.querySelector<HTMLElement>('.primary')?.focus())

  if (!step) return null
  const card = placeCard(box, { width: window.innerWidth, height: window.innerHeight })
  return (
    <dialog
      ref={dialog}
      className="tour"
      aria-labelledby="tour-title"
      onCancel={(event) => {
        event.preventDefault()
        end()
      }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <div
        className="tour-light"
        style={
          {
            '--x': `${box.left}px`,
            '--y': `${box.top}px`,
            '--w': `${box.width}px`,
            '--h': `${box.height}px`,
          } as CSSProperties
        }
      />
      <div className="tour-card" style={{ '--x': `${card.left}px`, '--y': `${card.top}px` } as CSSProperties}>
        <div aria-live="polite">
          <p className="small faint">{t('tour.step', { step: at + 1, steps: shown.length })}</p>
          <h2 id="tour-title">{t(`tour.${step.name}`)}</h2>
          <p className="soft">{t(`tour.${step.name}Text`)}</p>
        </div>
        <div className="row">
          <Button tone="quiet" label={t('tour.skip')} onClick={end} />
          <span className="grow" />
          {at > 0 && <Button label={t('tour.back')} onClick={() => setAt(at - 1)} />}
          <Button
            tone="primary"
            label={t(at + 1 < shown.length ? 'tour.next' : 'tour.done')}
            onClick={() => (at + 1 < shown.length ? setAt(at + 1) : end())}
          />
        </div>
      </div>
    </dialog>
  )
}

/** Where the place is now; it moves with the window. */
function useBox(place: string | undefined): Box {
  const [box, setBox] = useState<Box>({ left: 0, top: 0, width: 0, height: 0 })
  useLayoutEffect(() => {
    const measure = () => {
      const element = place && document.querySelector(place)
      if (element) setBox(element.getBoundingClientRect())
    }
    measure()
    window.addEventListener('resize', measure)
    return () => window.removeEventListener('resize', measure)
  }, [place])
  return box
}
