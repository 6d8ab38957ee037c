import { type CSSProperties, type ReactNode, useId, useState } from 'react'

type SliderProps = {
  label: string
  value: number
  minimum: number
  maximum: number
  step?: number
  /** the value in words, for eyes and screen readers */
  shown?: string
  hint?: string
  ends?: [string, string]
  disabled?: boolean
  onChange: (value: number) => void
}

export function Slider(props: SliderProps) {
  const {
    label,
    value,
    minimum,
    maximum,
    step = 1,
    shown = String(value),
    hint,
    ends,
    disabled = false,
    onChange,
  } = props
  const id = useId()
  const filled = maximum > minimum ? (value - minimum) / (maximum - minimum) : 0
  return (
    <div className="field">
      <div className="row spread">
        <label className="field-label" htmlFor={id}>
          {label}
        </label>
        <output className="field-value" htmlFor={id}>
          {shown}
        </output>
      </div>
      <input
        id={id}
        type="range"
        className="slider"
        style={{ '--filled': `${filled * 100}%` } as CSSProperties}
        min={minimum}
        max={maximum}
        step={step}
        value={value}
        disabled={disabled}
        aria-valuetext={shown}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onChange(event.currentTarget.valueAsNumber)}
      />
      {ends && (
        <div className="row spread small faint" aria-hidden="true">
          <span>{ends[0]}</span>
          <span>{ends[1]}</span>
        </div>
      )}
      {hint && (
        <p id={`${id}-hint`} className="field-hint">
          {hint}
        </p>
      )}
    </div>
  )
}

type NumberFieldProps = {
  label: string
  value: number
  minimum: number
  maximum: number
  step?: number
  hint?: string
  /** called when the number is complete: on Enter (with Ctrl, before what that does) and on leaving */
  onCommit: (value: number) => void
}

export function NumberField({ label, value, minimum, maximum, step = 1, hint, onCommit }: NumberFieldProps) {
  const id = useId()
  const [typed, setTyped] = useState<string | null>(null)
  const commit = () => {
    if (typed === null) return
    const number = Number(typed)
    const good = typed.trim() !== '' && Number.isFinite(number)
    const next = good ? Math.min(Math.max(number, minimum), maximum) : value
    setTyped(null)
    if (next !== value) onCommit(next)
  }
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        type="number"
        className="text-input number"
        min={minimum}
        max={maximum}
        step={step}
        value={typed ?? value}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === 'Enter' && commit()}
      />
      {hint && (
        <p id={`${id}-hint`} className="field-hint">
          {hint}
        </p>
      )}
    </div>
  )
}

type SwitchProps = { label: string; hint?: string; checked: boolean; onChange: (checked: boolean) => void }

export function Switch({ label, hint, checked, onChange }: SwitchProps) {
  const id = useId()
  return (
    <div className="switch-row">
      <div className="grow">
        <label htmlFor={id}>{label}</label>
        {hint && (
          <p id={`${id}-hint`} className="field-hint">
            {hint}
          </p>
        )}
      </div>
      <input
        id={id}
        type="checkbox"
        role="switch"
        className="switch"
        checked={checked}
        aria-checked={checked}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    </div>
  )
}

type FieldProps = {
  label: string
  hint?: string | undefined
  children: (ids: { id: string; describedBy: string | undefined }) => ReactNode
}

/** A label over any control. */
export function Field({ label, hint, children }: FieldProps) {
  const id = useId()
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      {children({ id, describedBy: hint ? `${id}-hint` : undefined })}
      {hint && (
        <p id={`${id}-hint`} className="field-hint">
          {hint}
        </p>
      )}
    </div>
  )
}
