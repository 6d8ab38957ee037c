import type { Screen } from '../state/studio'

/** The address is the one place that knows the screen; everything else follows it. */
export function goTo(screen: Screen) {
  window.location.hash = `#/${screen}`
}
