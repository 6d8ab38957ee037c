import type { ReactNode } from 'react'

type ScreenFrameProps = { title: string; intro?: string; actions?: ReactNode; children: ReactNode }

/** The screens that read like a page: a heading, a line, what can be done, and the content in one column. */
export function ScreenFrame({ title, intro, actions, children }: ScreenFrameProps) {
  return (
    <div className="page">
      <div className="page-column">
        <header className="page-head">
          <div className="grow">
            <h1>{title}</h1>
            {intro && <p className="soft page-intro">{intro}</p>}
          </div>
          {actions && <div className="row wrap">{actions}</div>}
        </header>
        {children}
      </div>
    </div>
  )
}
