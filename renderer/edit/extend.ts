/** Pixels of the picture that are added on each side. */
export type Margins = { left: number; top: number; right: number; bottom: number }
export const noMargins: Margins = { left: 0, top: 0, right: 0, bottom: 0 }
export const sides = ['left', 'top', 'right', 'bottom'] as const

export type Fill = 'edges' | 'nothing'
type Size = { width: number; height: number }

export const isExtended = (margins: Margins) => sides.some((side) => margins[side] > 0)

export const extendedSize = (size: Size, margins: Margins): Size => ({
  width: size.width + margins.left + margins.right,
  height: size.height + margins.top + margins.bottom,
})

/** Margins that bring the picture to a ratio, evenly on both sides; nothing is ever cut off. */
export function marginsFor(size: Size, ratio: number): Margins {
  const now = size.width / size.height
  if (ratio > now) {
    const more = Math.round(size.height * ratio) - size.width
    return { ...noMargins, left: Math.floor(more / 2), right: Math.ceil(more / 2) }
  }
  const more = Math.round(size.width / ratio) - size.height
  return { ...noMargins, top: Math.floor(more / 2), bottom: Math.ceil(more / 2) }
}

/**
 * What stays of the old picture, in the new one's pixels: on the sides that grow the new reaches `overlap` pixels
 * into the old, so that the soft edge of the mask lies on pixels that both know.
 */
export function keptArea(size: Size, margins: Margins, overlap: number) {
  const most = Math.floor(Math.min(size.width, size.height) / 4)
  const by = (side: number) => (side > 0 ? Math.min(overlap, most) : 0)
  const left = margins.left + by(margins.left)
  const top = margins.top + by(margins.top)
  return {
    left,
    top,
    width: margins.left + size.width - by(margins.right) - left,
    height: margins.top + size.height - by(margins.bottom) - top,
  }
}

/** The enlarged picture with its margins filled, and the mask of what is to be painted, both as PNG. */
export async function extendedFiles(
  picture: HTMLImageElement,
  margins: Margins,
  fill: Fill,
  overlap: number,
): Promise<{ picture: Blob; mask: Blob } | null> {
  const size = { width: picture.naturalWidth, height: picture.naturalHeight }
  const whole = extendedSize(size, margins)
  const painted = contextOf(whole)
  const mask = contextOf(whole)
  if (!painted || !mask) return null
  painted.fillStyle = '#808080'
  painted.fillRect(0, 0, whole.width, whole.height)
  if (fill === 'edges') drawEdges(painted, picture, size, margins)
  painted.drawImage(picture, margins.left, margins.top)
  mask.fillStyle = '#ffffff'
  mask.fillRect(0, 0, whole.width, whole.height)
  const kept = keptArea(size, margins, overlap)
  mask.fillStyle = '#000000'
  mask.fillRect(kept.left, kept.top, kept.width, kept.height)
  const [first, second] = await Promise.all([blobOf(painted), blobOf(mask)])
  return first && second ? { picture: first, mask: second } : null
}

/** The outermost pixels, drawn out to the new edges. */
function drawEdges(
  context: CanvasRenderingContext2D,
  picture: HTMLImageElement,
  size: Size,
  margins: Margins,
) {
  const { width, height } = size
  const columns = [
    { from: 0, span: 1, to: 0, out: margins.left },
    { from: 0, span: width, to: margins.left, out: width },
    { from: width - 1, span: 1, to: margins.left + width, out: margins.right },
  ]
  const rows = [
    { from: 0, span: 1, to: 0, out: margins.top },
    { from: 0, span: height, to: margins.top, out: height },
    { from: height - 1, span: 1, to: margins.top + height, out: margins.bottom },
  ]
  for (const row of rows)
    for (const column of columns) {
      if (row.out === 0 || column.out === 0) continue
      const { from, span, to, out } = column
      context.drawImage(picture, from, row.from, span, row.span, to, row.to, out, row.out)
    }
}

function contextOf({ width, height }: Size): CanvasRenderingContext2D | null {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  return canvas.getContext('2d')
}

const blobOf = (context: CanvasRenderingContext2D) =>
  new Promise<Blob | null>((resolve) => context.canvas.toBlob(resolve, 'image/png'))

export function loadPicture(src: string): Promise<HTMLImageElement | null> {
  return new Promise((resolve) => {
    const picture = new Image()
    picture.addEventListener('load', () => resolve(picture))
    picture.addEventListener('error', () => resolve(null))
    picture.src = src
  })
}
