/** One act on the mask, in the picture's own pixels. */
export type MaskAct =
  | { kind: 'stroke'; erase: boolean; size: number; points: readonly (readonly [x: number, y: number])[] }
  | { kind: 'invert' }
  | { kind: 'clear' }

/** Whether anything may be painted: after a clear only what came later counts. */
export function isPainted(acts: readonly MaskAct[]): boolean {
  const cleared = acts.findLastIndex(({ kind }) => kind === 'clear')
  return acts.slice(cleared + 1).some((one) => one.kind === 'invert' || (one.kind === 'stroke' && !one.erase))
}

/** Whether `next` is `acts` and `act` besides, and nothing else has changed. */
export function isNextOf(acts: readonly MaskAct[], next: readonly MaskAct[], act: MaskAct | null): boolean {
  return (
    act !== null &&
    next.length === acts.length + 1 &&
    next.at(-1) === act &&
    acts.every((one, at) => one === next[at])
  )
}

const smallest = 4
const largest = 512

/** `[` and `]`: a fifth smaller or larger, at least by one pixel. */
export function resizeBrush(size: number, direction: -1 | 1): number {
  const next = direction > 0 ? Math.max(size * 1.25, size + 1) : Math.min(size / 1.25, size - 1)
  return Math.round(Math.min(Math.max(next, smallest), largest))
}

const ways: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/** Where an arrow key takes the brush: a quarter of its width, and with Shift two of its widths, never off the picture. */
export function movedBrush(
  at: { x: number; y: number },
  { key, shiftKey }: { key: string; shiftKey: boolean },
  size: number,
  picture: { width: number; height: number },
): { x: number; y: number } | null {
  const way = ways[key]
  if (!way) return null
  const step = Math.max(1, shiftKey ? size * 2 : size / 4)
  const kept = (place: number, length: number) => Math.min(Math.max(place, 0), length)
  return { x: kept(at.x + way[0] * step, picture.width), y: kept(at.y + way[1] * step, picture.height) }
}

/** From a point on the element to the picture's pixels, for a picture fitted into it (`object-fit: contain`). */
export function toPicture(
  point: { x: number; y: number },
  box: { left: number; top: number; width: number; height: number },
  picture: { width: number; height: number },
): { x: number; y: number; scale: number } {
  const scale = Math.min(box.width / picture.width, box.height / picture.height)
  const left = box.left + (box.width - picture.width * scale) / 2
  const top = box.top + (box.height - picture.height * scale) / 2
  return { x: (point.x - left) / scale, y: (point.y - top) / scale, scale }
}
