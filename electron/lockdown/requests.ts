import type { Session } from 'electron'
import { appOrigin } from '../protocol.ts'

/** Ours, and what lies inside the page itself. DevTools exist only where the app is not packaged. */
export function isOurs(url: string, packaged: boolean): boolean {
  if (url.startsWith(`${appOrigin}/`) || url.startsWith(`blob:${appOrigin}/`)) return true
  return url.startsWith('data:') || (!packaged && url.startsWith('devtools://'))
}

/** Cancels every request but our own scheme's and says which host it wanted, never the path. */
export function lockRequests(
  session: Pick<Session, 'webRequest'>,
  packaged: boolean,
  onBlocked: (address: string) => void,
): void {
  session.webRequest.onBeforeRequest((details, decide) => {
    const cancel = !isOurs(details.url, packaged)
    if (cancel) {
      const url = URL.parse(details.url)
      onBlocked(url === null || url.host === '' ? (url?.protocol ?? 'unreadable address') : url.host)
    }
    decide({ cancel })
  })
}
