import { X } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react'
import { useLocale } from '../locales/context'
import { Button, IconButton } from './button'
import { useModal } from './use-modal'

/** What is asked comes first, then the way out that does nothing. */
const firstControl = '.dialog-body :is(input, select, textarea, button), .dialog-foot button'

type DialogProps = {
  title: string
  wide?: boolean
  onClose: () => void
  /** keys that the dialog understands besides those of its controls */
  onKey?: (event: KeyboardEvent) => void
  children: ReactNode
  footer?: ReactNode
}

/** The browser's own modal dialog: focus stays inside, Escape closes, what is behind is inert. */
export function Dialog({ title, wide = false, onClose, onKey, children, footer }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  const { t } = useLocale()
  useModal(dialog, (shown) => shown.querySelector<HTMLElement>(firstControl)?.focus())
  return (
    <dialog
      ref={dialog}
      className={`dialog ${wide ? 'wide' : ''}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onKeyDown={(event) => {
        event.stopPropagation()
        onKey?.(event)
      }}
    >
      <header className="dialog-head">
        <h2 id={id}>{title}</h2>
        <IconButton icon={X} label={t('common.close')} onClick={onClose} />
      </header>
      <div className="dialog-body">{children}</div>
      {footer && <footer className="dialog-foot">{footer}</footer>}
    </dialog>
  )
}

type ConfirmProps = {
  title: string
  text: string
  action: string
  onConfirm: () => void
  onClose: () => void
}

export function Confirm({ title, text, action, onConfirm, onClose }: ConfirmProps) {
  const { t } = useLocale()
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button label={t('common.cancel')} onClick={onClose} />
          <Button
            tone="danger"
            label={action}
            onClick={() => {
              onConfirm()
              onClose()
            }}
          />
        </>
      }
    >
      <p className="soft">{text}</p>
    </Dialog>
  )
}
