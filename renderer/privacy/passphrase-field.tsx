import { TextField } from '../components/text-field'

type PassphraseFieldProps = {
  label: string
  value: string
  hint?: string | undefined
  onChange: (value: string) => void
}

export function PassphraseField({ label, value, hint, onChange }: PassphraseFieldProps) {
  return (
    <TextField
      label={label}
      hint={hint}
      type="password"
      autoComplete="off"
      maxLength={1000}
      aria-invalid={hint !== undefined}
      value={value}
      onChange={onChange}
    />
  )
}
