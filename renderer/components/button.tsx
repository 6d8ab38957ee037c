import type { LucideIcon } from 'lucide-react'
import type { ComponentProps, Ref } from 'react'

type ButtonProps = Omit<ComponentProps<'button'>, 'children'> & {
  tone?: 'plain' | 'primary' | 'quiet' | 'danger'
  icon?: LucideIcon
  label: string
  /** the keys that do the same, shown faintly */
  keys?: string
}

export function Button({ tone = 'plain', icon: Icon, label, keys, className = '', ...rest }: ButtonProps) {
  return (
    <button type="button" title={label} {...rest} className={`button ${tone} ${className}`}>
      {Icon && <Icon size={16} aria-hidden="true" />}
      <span>{label}</span>
      {keys && (
        <kbd className="keys" aria-hidden="true">
          {keys}
        </kbd>
      )}
    </button>
  )
}

type IconButtonProps = Omit<ComponentProps<'button'>, 'children'> & {
  icon: LucideIcon
  /** the accessible name, shown as a tooltip too */
  label: string
  pressed?: boolean
  filled?: boolean
  /** the label stands beside the icon where there is room for it (`.icon-label`) */
  labelled?: boolean
  size?: number
  ref?: Ref<HTMLButtonElement>
}

export function IconButton({
  icon: Icon,
  label,
  pressed,
  filled,
  labelled = false,
  size = 18,
  className = '',
  ...rest
}: IconButtonProps) {
  return (
    <button
      type="button"
      title={label}
      aria-label={label}
      {...(pressed !== undefined && { 'aria-pressed': pressed })}
      {...rest}
      className={`icon-button ${labelled ? 'labelled' : ''} ${className}`}
    >
      <Icon size={size} aria-hidden="true" {...(filled && { fill: 'currentColor' })} />
      {labelled && <span className="icon-label">{label}</span>}
    </button>
  )
}
