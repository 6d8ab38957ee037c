import type { WebContents } from 'electron'

const triesPerMinute = 3
const minute = 60_000

/**
 * A page whose process died (memory, a driver) is loaded anew: the library is the main process' and nothing of it is
 * lost. Not for ever: one that dies at once each time would flicker without end, and stays away.
 */
export function recoverPage(
  contents: Pick<WebContents, 'on' | 'reload'>,
  now: () => number = () => performance.now(),
): void {
  let deaths: number[] = []
  contents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return
    deaths = [...deaths.filter((at) => now() - at < minute), now()]
    if (deaths.length <= triesPerMinute) contents.reload()
  })
}
