import { X } from 'lucide-react'
import { createPortal } from 'react-dom'
import { useLocale } from '../locales/context'
import { useStore } from '../state/store'
import { useStudio } from '../state/studio'
import { Button, IconButton } from './button'
import { FailureNotice } from './failure-notice'
import { openDialogs } from './use-modal'

/**
 * Short news over the screen, or in the dialog that covers it. They never take the focus; undo stays reachable by
 * keyboard.
 */
export function ToastStack() {
  const { toasts } = useStudio()
  const list = useStore(toasts.list)
  const locale = useLocale()
  const { t } = locale
  const dialog = useStore(openDialogs).at(-1)
  const stack = (
    <div className="toasts" role="status" aria-live="polite">
      {list.map((toast) => (
        <div key={toast.id} className="toast">
          {toast.failure ? (
            <FailureNotice failure={toast.failure} />
          ) : (
            <span className="grow break">{toast.text?.(locale)}</span>
          )}
          {toast.action && (
            <Button
              tone="quiet"
              label={toast.action.label(locale)}
              onClick={() => {
                toast.action?.run()
                toasts.dismiss(toast.id)
              }}
            />
          )}
          <IconButton
            icon={X}
            size={16}
            label={t('common.dismiss')}
            onClick={() => toasts.dismiss(toast.id)}
          />
        </div>
      ))}
    </div>
  )
  if (!dialog) return stack
  return createPortal(
    // Keys pressed in a dialog are not for the screen below it.
    <div role="presentation" onKeyDown={(event) => event.stopPropagation()}>
      {stack}
    </div>,
    dialog,
  )
}
