import type { ComponentProps } from 'react'
import { Field } from './fields'

type Own = {
  label: string
  hint?: string | undefined
  mono?: boolean
  value: string
  onChange: (text: string) => void
}
type Ours = 'id' | 'className' | 'aria-describedby' | keyof Own

/** One line of text under its label; further properties are those of an input. */
export function TextField(props: Own & Omit<ComponentProps<'input'>, Ours>) {
  const { label, hint, mono = false, onChange, ...input } = props
  return (
    <Field label={label} hint={hint}>
      {({ id, describedBy }) => (
        <input
          {...input}
          id={id}
          className={mono ? 'text-input mono' : 'text-input'}
          aria-describedby={describedBy}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  )
}

/** Several lines of text under their label; further properties are those of a textarea. */
export function TextArea(props: Own & Omit<ComponentProps<'textarea'>, Ours>) {
  const { label, hint, mono = false, onChange, ...area } = props
  return (
    <Field label={label} hint={hint}>
      {({ id, describedBy }) => (
        <textarea
          {...area}
          id={id}
          className={mono ? 'text-input mono' : 'text-input'}
          aria-describedby={describedBy}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  )
}
