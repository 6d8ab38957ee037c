import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

type EmptyProps = { icon: LucideIcon; title: string; text: string; children?: ReactNode }

/** What a list says when there is nothing in it. */
export function Empty({ icon: Icon, title, text, children }: EmptyProps) {
  return (
    <div className="empty">
      <Icon size={32} strokeWidth={1.4} aria-hidden="true" />
      <h2>{title}</h2>
      <p className="soft">{text}</p>
      {children}
    </div>
  )
}
