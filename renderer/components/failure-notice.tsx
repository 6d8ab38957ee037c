import { CircleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Failure } from '../../contract/errors'
import { useLocale } from '../locales/context'

/** What happened, why, and what to do. */
export function FailureNotice({ failure, children }: { failure: Failure; children?: ReactNode }) {
  const { failure: describe } = useLocale()
  const text = describe(failure.code, failure)
  return (
    <div className="failure" role="alert" data-code={failure.code}>
      <CircleAlert size={18} aria-hidden="true" />
      <div className="grow stack tight">
        <strong>{text.what}</strong>
        <span className="soft break">{text.why}</span>
        <span>{text.do}</span>
        {children && <div className="row wrap failure-actions">{children}</div>}
      </div>
    </div>
  )
}
