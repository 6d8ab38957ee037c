type Size = { width: number; height: number }
type Sides = { minimum: number; maximum: number; multiple: number }

/** The size of a picture that begins as another one: that one's, as near as the model can. */
export function sourceSize(source: Size, { minimum, maximum, multiple }: Sides): Size {
  const shrink = Math.min(1, maximum / Math.max(source.width, source.height))
  const grow = Math.max(shrink, minimum / Math.min(source.width, source.height))
  const fit = (side: number) => {
    const whole = Math.floor(side * grow)
    return Math.min(Math.max(whole - (whole % multiple), multiple, minimum), maximum)
  }
  return { width: fit(source.width), height: fit(source.height) }
}
