import { Field } from '../components/fields'

type PassphraseFieldProps = {
  label: string
  value: string
  hint?: string | undefined
  onChange: (value: string) => void
}

export function PassphraseField({ label, value, hint, onChange }: PassphraseFieldProps) {
  return (
    <Field label={label} hint={hint}>
      {({ id, describedBy }) => (
        <input
          id={id}
          type="password"
          className="text-input"
          autoComplete="off"
          maxLength={1000}
          aria-describedby={describedBy}
          aria-invalid={hint !== undefined}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  )
}
