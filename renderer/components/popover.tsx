import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'

type PopoverProps = {
  /** the trigger's content; its accessible name is `label` */
  trigger: ReactNode
  label: string
  className?: string
  panelClassName?: string
  /** where the panel goes from the trigger */
  side?: 'above' | 'below'
  align?: 'start' | 'end'
  /** its buttons are acts, one of which is chosen */
  menu?: boolean
  children: ReactNode
}

/** pixels that stay free between a panel and the window's sides */
const edge = 8

/**
 * A panel over its trigger; Escape, a click outside, or leaving it with Tab closes it. In a menu a choice does too.
 */
export function Popover(props: PopoverProps) {
  const {
    trigger,
    label,
    className = '',
    panelClassName = '',
    side = 'above',
    align = 'start',
    menu = false,
    children,
  } = props
  const [open, setOpen] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const panel = useRef<HTMLDivElement>(null)
  const id = useId()

  // A chip at the edge of a narrow window: its panel moves as far as it must to be seen whole.
  useLayoutEffect(() => {
    const shown = panel.current
    if (!open || !shown) return undefined
    const keepInside = () => {
      shown.style.translate = ''
      const box = shown.getBoundingClientRect()
      const beyond = Math.max(box.right + edge - document.documentElement.clientWidth, 0)
      const shift = Math.max(edge - box.left, 0) - beyond
      if (shift !== 0) shown.style.translate = `${shift}px`
    }
    keepInside()
    // The trigger itself moves when what stands beside it grows, a model's name for one.
    const watched = new ResizeObserver(keepInside)
    for (const beside of root.current?.parentElement?.children ?? []) watched.observe(beside)
    watched.observe(shown)
    window.addEventListener('resize', keepInside)
    return () => {
      watched.disconnect()
      window.removeEventListener('resize', keepInside)
    }
  }, [open])
  useEffect(() => {
    if (!open) return undefined
    const outside = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false)
    }
    // Pressing the words of a choice puts the focus on what is around the panel; that is not leaving it.
    const left = (event: FocusEvent) => {
      if (!(event.target as Node).contains(root.current)) outside(event)
    }
    const escape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return
      // Before the screen hears it: there Escape stops what is being made.
      event.stopPropagation()
      setOpen(false)
      button.current?.focus()
    }
    document.addEventListener('keydown', escape, true)
    document.addEventListener('pointerdown', outside)
    document.addEventListener('focusin', left)
    // What is chosen; else the first that can be reached: what is switched off takes no focus.
    const first =
      panel.current?.querySelector<HTMLElement>('input[type=radio]:checked:enabled') ??
      panel.current?.querySelector<HTMLElement>('input:enabled, button:enabled, [tabindex="0"]')
    first?.focus()
    return () => {
      document.removeEventListener('keydown', escape, true)
      document.removeEventListener('pointerdown', outside)
      document.removeEventListener('focusin', left)
    }
  }, [open])

  return (
    <div ref={root} className="popover-root">
      <button
        ref={button}
        type="button"
        className={className}
        aria-label={label}
        title={label}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        {trigger}
      </button>
      {open && (
        <div
          ref={panel}
          id={id}
          role="group"
          aria-label={label}
          className={`popover ${side} ${align} ${panelClassName}`}
        >
          <div
            role="presentation"
            onClick={(event) => {
              if (!menu || !(event.target instanceof Element) || !event.target.closest('button')) return
              setOpen(false)
              // Before a dialog that the choice opens remembers where the focus was.
              button.current?.focus()
            }}
          >
            {children}
          </div>
        </div>
      )}
    </div>
  )
}
