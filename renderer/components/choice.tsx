import { type ReactNode, useId } from 'react'

export type Option<Value extends string> = {
  value: Value
  label: string
  hint?: string | undefined
  disabled?: boolean
  /** a drawing before or above the label */
  art?: ReactNode
}

type ChoiceProps<Value extends string> = {
  legend: string
  hideLegend?: boolean
  options: readonly Option<Value>[]
  value: Value
  onChoose: (value: Value) => void
  /** rows below each other, a bar of segments, or cards */
  look?: 'rows' | 'segments' | 'cards'
}

/** One of several, as native radio buttons: arrows, names and states come with them. */
export function Choice<Value extends string>(props: ChoiceProps<Value>) {
  const { legend, hideLegend = false, options, value, onChoose, look = 'rows' } = props
  const name = useId()
  return (
    <fieldset className={`choice ${look}`}>
      <legend className={hideLegend ? 'hidden-text' : 'field-label'}>{legend}</legend>
      <div className="choice-options">
        {options.map((option) => (
          <label key={option.value} className="choice-option" title={option.hint}>
            <input
              type="radio"
              className="choice-input"
              name={name}
              value={option.value}
              checked={option.value === value}
              disabled={option.disabled ?? false}
              onChange={() => onChoose(option.value)}
            />
            {option.art}
            <span className="choice-text">
              <span>{option.label}</span>
              {option.hint && look !== 'segments' && <span className="choice-hint">{option.hint}</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
