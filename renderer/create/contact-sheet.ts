/** One column of a sheet: its label over its pictures. */
export type SheetColumn = { label: string; pictures: readonly string[] }

const gap = 16
const largest = 512
const heading = 44
/** Canvases much larger than this fail silently in browsers. */
const widest = 8192

/** Where each picture of a sheet stands, pixels: columns wrap into rows so that the sheet stays near a square. */
export function sheetLayout(
  columns: readonly { rows: number }[],
  cell: { width: number; height: number },
): { width: number; height: number; scale: number; places: { x: number; y: number }[] } {
  const tallest = Math.max(1, ...columns.map(({ rows }) => rows))
  const block = { width: cell.width + gap, height: heading + tallest * (cell.height + gap) }
  const across = Math.max(1, Math.ceil(Math.sqrt((columns.length * block.height) / block.width)))
  const perRow = Math.min(columns.length, tallest > 1 || columns.length <= 6 ? columns.length : across)
  const width = gap + perRow * block.width
  const height = gap + Math.ceil(columns.length / perRow) * block.height
  return {
    width,
    height,
    scale: Math.min(1, widest / Math.max(width, height)),
    places: columns.map((_column, index) => ({
      x: gap + (index % perRow) * block.width,
      y: gap + Math.floor(index / perRow) * block.height,
    })),
  }
}

/** The whole series as one PNG, labels and all. Null when a picture cannot be read. */
export async function drawSheet(axis: string, columns: readonly SheetColumn[]): Promise<Blob | null> {
  const loaded = await Promise.all(columns.map((column) => Promise.all(column.pictures.map(loadPicture))))
  const first = loaded.flat().find((picture) => picture !== null)
  if (!first) return null
  const shrink = Math.min(1, largest / Math.max(first.naturalWidth, first.naturalHeight))
  const cell = {
    width: Math.round(first.naturalWidth * shrink),
    height: Math.round(first.naturalHeight * shrink),
  }
  const layout = sheetLayout(
    loaded.map((pictures) => ({ rows: pictures.length })),
    cell,
  )
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(layout.width * layout.scale)
  canvas.height = Math.round(layout.height * layout.scale)
  const context = canvas.getContext('2d')
  if (!context) return null
  context.scale(layout.scale, layout.scale)
  context.fillStyle = '#ffffff'
  context.fillRect(0, 0, layout.width, layout.height)
  context.fillStyle = '#1b1b1d'
  context.font = '600 20px system-ui, sans-serif'
  context.textBaseline = 'middle'
  for (const [index, { label }] of columns.entries()) {
    const place = layout.places[index]
    if (!place) continue
    context.fillText(fitted(context, `${axis} ${label}`, cell.width), place.x, place.y + heading / 2 - 2)
    for (const [row, picture] of (loaded[index] ?? []).entries()) {
      const y = place.y + heading + row * (cell.height + gap)
      if (picture) context.drawImage(picture, place.x, y, cell.width, cell.height)
    }
  }
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'))
}

function fitted(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text
  let end = text.length
  while (end > 1 && context.measureText(`${text.slice(0, end)}…`).width > width) end -= 1
  return `${text.slice(0, end)}…`
}

function loadPicture(src: string): Promise<HTMLImageElement | null> {
  return new Promise((resolve) => {
    const picture = new Image()
    picture.addEventListener('load', () => resolve(picture))
    picture.addEventListener('error', () => resolve(null))
    picture.src = src
  })
}
