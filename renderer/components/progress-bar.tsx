type ProgressBarProps = { label: string; fraction: number; text?: string }

/** How far it is, 0 … 1. */
export function ProgressBar({ label, fraction, text }: ProgressBarProps) {
  return (
    <progress
      className="progress-bar"
      aria-label={label}
      aria-valuetext={text}
      max={100}
      value={Math.round(fraction * 100)}
    />
  )
}
