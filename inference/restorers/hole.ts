/** Values of three channels, planar, and which pixels are missing. */
export type Holed = { width: number; height: number; planes: Float32Array; hole: Uint8Array }

/** How many times the hole can lose its rim before nothing is left. */
export function depth({ width, height, hole }: Pick<Holed, 'width' | 'height' | 'hole'>): number {
  let now = hole
  for (let rounds = 0; ; rounds++) {
    let [left, lost] = [0, 0]
    const inner = now.slice()
    for (let at = 0; at < now.length; at++) {
      if (now[at] === 0) continue
      const x = at % width
      const rim =
        (at >= width && now[at - width] === 0) ||
        (at < width * (height - 1) && now[at + width] === 0) ||
        (x > 0 && now[at - 1] === 0) ||
        (x < width - 1 && now[at + 1] === 0)
      if (rim) {
        inner[at] = 0
        lost++
      } else left++
    }
    if (left === 0) return lost === 0 ? rounds : rounds + 1
    if (lost === 0) return rounds + Math.max(width, height)
    now = inner
  }
}

/** Rim by rim, each pixel the mean of those of its eight neighbours that are known by then. Changes `planes`. */
export function fillFromAround({ width, height, planes, hole }: Holed): void {
  const area = width * height
  const known = Uint8Array.from(hole, (missing) => 1 - missing)
  let rim = [...hole.keys()].filter((at) => hole[at] === 1)
  while (rim.length > 0) {
    const found: { at: number; values: [number, number, number] }[] = []
    const waiting: number[] = []
    for (const at of rim) {
      const values: [number, number, number] = [0, 0, 0]
      let count = 0
      const [x, y] = [at % width, Math.floor(at / width)]
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++)
        for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
          const beside = row * width + column
          if (known[beside] === 0) continue
          count++
          for (let c = 0; c < 3; c++)
            values[c] = (values[c] as number) + (planes[c * area + beside] as number)
        }
      if (count === 0) waiting.push(at)
      else found.push({ at, values: [values[0] / count, values[1] / count, values[2] / count] })
    }
    for (const { at, values } of found) {
      known[at] = 1
      for (const [c, value] of values.entries()) planes[c * area + at] = value
    }
    rim = waiting
  }
}

/** Means of what is known in each 2 x 2; a pixel is a hole where nothing is. An odd last row or column stands alone. */
export function halved({ width, height, planes, hole }: Holed): Holed {
  const [w, h] = [Math.ceil(width / 2), Math.ceil(height / 2)]
  const small: Holed = {
    width: w,
    height: h,
    planes: new Float32Array(3 * w * h),
    hole: new Uint8Array(w * h),
  }
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const sums: [number, number, number] = [0, 0, 0]
      let count = 0
      for (let row = 2 * y; row < Math.min(height, 2 * y + 2); row++)
        for (let column = 2 * x; column < Math.min(width, 2 * x + 2); column++) {
          const at = row * width + column
          if (hole[at] === 1) continue
          count++
          for (let c = 0; c < 3; c++)
            sums[c] = (sums[c] as number) + (planes[c * width * height + at] as number)
        }
      for (const [c, sum] of sums.entries()) small.planes[c * w * h + y * w + x] = sum / Math.max(count, 1)
      small.hole[y * w + x] = count === 0 ? 1 : 0
    }
  return small
}

/** Fills the hole of `large` from a picture of half its size: bilinear, pixel centres at halves, borders repeated. */
export function fillFromHalf(large: Holed, small: Holed): void {
  const { width, height, planes, hole } = large
  const beside = (at: number, length: number): [number, number, number] => {
    const position = Math.min(Math.max((at + 0.5) / 2 - 0.5, 0), length - 1)
    const low = Math.floor(position)
    return [low, Math.min(low + 1, length - 1), position - low]
  }
  for (let at = 0; at < hole.length; at++) {
    if (hole[at] === 0) continue
    const [top, bottom, down] = beside(Math.floor(at / width), small.height)
    const [left, right, across] = beside(at % width, small.width)
    for (let c = 0; c < 3; c++) {
      const from = c * small.width * small.height
      const value = (y: number, x: number): number => small.planes[from + y * small.width + x] as number
      const upper = value(top, left) * (1 - across) + value(top, right) * across
      const lower = value(bottom, left) * (1 - across) + value(bottom, right) * across
      planes[c * width * height + at] = upper * (1 - down) + lower * down
    }
  }
}
