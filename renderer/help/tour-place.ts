type Box = { left: number; top: number; width: number; height: number }

export const cardWidth = 340
const cardHeight = 200
const gap = 16

/** The card's corner: beside what it explains where there is room, never over the edge of the window. */
export function placeCard(
  box: Box,
  window: { width: number; height: number },
): { left: number; top: number } {
  const inside = (value: number, most: number) => Math.max(gap, Math.min(value, most - gap))
  const level = inside(box.top + box.height / 2 - cardHeight / 2, window.height - cardHeight)
  const middle = inside(box.left + box.width / 2 - cardWidth / 2, window.width - cardWidth)
  if (box.top - gap - cardHeight >= gap)
    return { left: middle, top: inside(box.top - gap - cardHeight, window.height - cardHeight) }
  if (box.left + box.width + gap + cardWidth <= window.width - gap)
    return { left: inside(box.left + box.width + gap, window.width - cardWidth), top: level }
  // What fills the window gets the card in its middle.
  return { left: middle, top: level }
}
