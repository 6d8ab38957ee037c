export type View = { scale: number; x: number; y: number }

export const fitted: View = { scale: 1, x: 0, y: 0 }
const smallest = 1
const largest = 16

/**
 * Zooms by `factor` and keeps the point under the pointer where it is. Offsets are from the middle of the stage,
 * in its pixels; scale 1 is "fits".
 */
export function zoomAt(view: View, factor: number, point: { x: number; y: number }): View {
  const scale = Math.min(Math.max(view.scale * factor, smallest), largest)
  if (scale === smallest) return fitted
  const by = scale / view.scale
  return { scale, x: point.x - (point.x - view.x) * by, y: point.y - (point.y - view.y) * by }
}

export const panBy = (view: View, x: number, y: number): View =>
  view.scale === smallest ? view : { ...view, x: view.x + x, y: view.y + y }

/** The scale at which a picture of this size, fitted into the stage, shows its own pixels. */
export function actualScale(
  picture: { width: number; height: number },
  stage: { width: number; height: number },
): number {
  const fit = Math.min(stage.width / picture.width, stage.height / picture.height)
  return Math.min(Math.max(1 / fit, smallest), largest)
}
