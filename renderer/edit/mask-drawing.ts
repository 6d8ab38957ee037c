import type { MaskAct } from './mask-history'

/** Unlike most pictures and unlike the accent, so that it is seen on both. */
const maskColour = '#1fb6ff'

export type Extent = { width: number; height: number }

/** Part of a stroke, onto a canvas that is transparent where nothing is painted. */
export function drawStroke(context: CanvasRenderingContext2D, stroke: Extract<MaskAct, { kind: 'stroke' }>) {
  const [first, ...rest] = stroke.points
  if (!first) return
  context.globalCompositeOperation = stroke.erase ? 'destination-out' : 'source-over'
  context.strokeStyle = maskColour
  if (rest.length === 0) return drawDot(context, first, stroke.size)
  context.lineWidth = stroke.size
  context.lineCap = 'round'
  context.lineJoin = 'round'
  context.beginPath()
  context.moveTo(...first)
  for (const point of rest) context.lineTo(...point)
  context.stroke()
}

/** A tap: a line without length draws nothing, not even its round ends. */
function drawDot(context: CanvasRenderingContext2D, [x, y]: readonly [number, number], size: number) {
  context.fillStyle = maskColour
  context.beginPath()
  context.arc(x, y, size / 2, 0, 2 * Math.PI)
  context.fill()
}

/** `extent` in the units of the context's transform: the picture's own pixels. */
export function drawAct(context: CanvasRenderingContext2D, one: MaskAct, { width, height }: Extent) {
  if (one.kind === 'stroke') return drawStroke(context, one)
  if (one.kind === 'clear') return context.clearRect(0, 0, width, height)
  context.globalCompositeOperation = 'source-out'
  context.fillStyle = maskColour
  context.fillRect(0, 0, width, height)
}

export function redraw(context: CanvasRenderingContext2D, acts: readonly MaskAct[], extent: Extent) {
  context.clearRect(0, 0, extent.width, extent.height)
  for (const one of acts) drawAct(context, one, extent)
}

/** The mask as the core wants it: white is repainted, black stays. */
export async function maskFile(
  width: number,
  height: number,
  acts: readonly MaskAct[],
): Promise<Blob | null> {
  const painted = canvasOf(width, height)
  redraw(painted, acts, { width, height })
  painted.globalCompositeOperation = 'source-in'
  painted.fillStyle = '#ffffff'
  painted.fillRect(0, 0, width, height)
  const mask = canvasOf(width, height)
  mask.fillStyle = '#000000'
  mask.fillRect(0, 0, width, height)
  mask.drawImage(painted.canvas, 0, 0)
  return new Promise((resolve) => mask.canvas.toBlob(resolve, 'image/png'))
}

function canvasOf(width: number, height: number): CanvasRenderingContext2D {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext('2d')
  if (!context) throw new Error('this browser has no 2D canvas')
  return context
}
