import type { ModelLimits } from '../../contract/model'
import { sourceSize } from '../../contract/source-size'

export type ShapeName = 'square' | 'portrait' | 'landscape' | 'tall' | 'wide'
export type Size = { width: number; height: number }

const ratios: Record<ShapeName, number> = {
  square: 1,
  portrait: 3 / 4,
  landscape: 4 / 3,
  tall: 9 / 16,
  wide: 16 / 9,
}
export const shapeNames = Object.keys(ratios) as ShapeName[]

/**
 * The size of a shape with about as many pixels as the model's own size, on its grid; undefined when the model
 * cannot draw that shape.
 */
export function sizeOf(shape: ShapeName, limits: ModelLimits): Size | undefined {
  const area = limits.defaultWidth * limits.defaultHeight
  const ratio = ratios[shape]
  const onGrid = (side: number) => Math.round(side / limits.multiple) * limits.multiple
  const size = { width: onGrid(Math.sqrt(area * ratio)), height: onGrid(Math.sqrt(area / ratio)) }
  return fits(size, limits) && (shape === 'square') === (size.width === size.height) ? size : undefined
}

export function fits({ width, height }: Size, limits: ModelLimits): boolean {
  return [width, height].every(
    (side) => side >= limits.minimum && side <= limits.maximum && side % limits.multiple === 0,
  )
}

/** Which shape a size is, undefined for one's own. */
export function shapeOf(size: Size, limits: ModelLimits): ShapeName | undefined {
  return shapeNames.find((name) => {
    const of = sizeOf(name, limits)
    return of?.width === size.width && of.height === size.height
  })
}

/** What will be drawn: the size that was chosen, that of the picture it begins with, or the model's own. */
export function drawnSize(chosen: Size | null, limits: ModelLimits, source: Size | undefined): Size {
  if (chosen) return chosen
  if (source && limits.onlySize === undefined) return sourceSize(source, limits)
  return { width: limits.defaultWidth, height: limits.defaultHeight }
}

/** One side changed, the other along with it; both stop where one of them reaches what the model can draw. */
export function withRatio(
  size: Size,
  change: { width: number } | { height: number },
  { minimum, maximum }: Pick<ModelLimits, 'minimum' | 'maximum'>,
): Size {
  const wanted = 'width' in change ? change.width / size.width : change.height / size.height
  const least = minimum / Math.min(size.width, size.height)
  const most = maximum / Math.max(size.width, size.height)
  const scale = Math.min(Math.max(wanted, least), most)
  return { width: Math.round(size.width * scale), height: Math.round(size.height * scale) }
}

/** The nearest size that the model can draw. */
export function toGrid(size: Size, limits: ModelLimits): Size {
  const side = (value: number) => {
    const grid = Math.round(value / limits.multiple) * limits.multiple
    const lowest = Math.ceil(limits.minimum / limits.multiple) * limits.multiple
    const highest = Math.floor(limits.maximum / limits.multiple) * limits.multiple
    return Math.min(Math.max(grid, lowest), highest)
  }
  return { width: side(size.width), height: side(size.height) }
}
