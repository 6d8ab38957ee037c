import type { Pixels } from './pixels.ts'

/** Gradients (|dx| + |dy|) above `high` are edges, those above `low` where they continue one. */
export type EdgeThresholds = { low: number; high: number }

/** What the published ControlNets for edges were shown. */
const usual: EdgeThresholds = { low: 100, high: 200 }

/** tan 22.5° in 15 bits, as OpenCV has it: directions are told apart in whole numbers. */
const tangent = Math.round(Math.tan(Math.PI / 8) * 2 ** 15)

/**
 * The edges of an RGB picture, white on black, RGB again: Canny 1986, "A computational approach to edge detection",
 * with 3x3 Sobel gradients of the strongest channel and no blur before. The same pixels as OpenCV's Canny.
 */
export function cannyEdges(picture: Pixels, { low, high }: EdgeThresholds = usual): Pixels {
  const { width, height } = picture
  const gradient = gradientOf(picture)
  const edges = new Uint8Array(width * height)
  const open: number[] = []
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x
      if ((gradient.size[at] as number) <= low || !isRidge(gradient, width, height, x, y)) continue
      edges[at] = (gradient.size[at] as number) > high ? strong : weak
      if (edges[at] === strong) open.push(at)
    }
  }
  // Weak edges that touch strong ones, directly or through others, are edges too.
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const other of neighbours(at, width, height)) {
      if (edges[other] !== weak) continue
      edges[other] = strong
      open.push(other)
    }
  }
  const data = new Uint8Array(width * height * 3)
  for (let i = 0; i < edges.length; i++) if (edges[i] === strong) data.fill(255, i * 3, i * 3 + 3)
  return { width, height, channels: 3, data }
}

const weak = 1
const strong = 2

type Gradient = { dx: Int16Array; dy: Int16Array; size: Int16Array }

/** Sobel, the border repeated, of the channel in which it is largest. */
function gradientOf({ width, height, channels, data }: Pixels): Gradient {
  const dx = new Int16Array(width * height)
  const dy = new Int16Array(width * height)
  const size = new Int16Array(width * height).fill(-1)
  for (let y = 0; y < height; y++) {
    const rows = [Math.max(y - 1, 0), y, Math.min(y + 1, height - 1)].map((row) => row * width)
    for (let x = 0; x < width; x++) {
      const columns = [Math.max(x - 1, 0), x, Math.min(x + 1, width - 1)]
      for (let c = 0; c < channels; c++) {
        const [a, b, d, e, f, g, h, i] = [0, 1, 2, 3, 5, 6, 7, 8].map((k) => {
          const pixel = (rows[Math.trunc(k / 3)] as number) + (columns[k % 3] as number)
          return data[pixel * channels + c] as number
        }) as [number, number, number, number, number, number, number, number]
        const across = d + 2 * f + i - (a + 2 * e + g)
        const down = g + 2 * h + i - (a + 2 * b + d)
        const at = y * width + x
        if (Math.abs(across) + Math.abs(down) <= (size[at] as number)) continue
        dx[at] = across
        dy[at] = down
        size[at] = Math.abs(across) + Math.abs(down)
      }
    }
  }
  return { dx, dy, size }
}

/** Larger than both neighbours along its own direction, of four. */
function isRidge({ dx, dy, size }: Gradient, width: number, height: number, x: number, y: number): boolean {
  const at = y * width + x
  const own = size[at] as number
  const other = (right: number, down: number): number => {
    const [column, row] = [x + right, y + down]
    return column < 0 || row < 0 || column >= width || row >= height
      ? 0
      : (size[row * width + column] as number)
  }
  const across = Math.abs(dx[at] as number)
  const down = Math.abs(dy[at] as number) * 2 ** 15
  const flat = across * tangent
  if (down < flat) return own > other(-1, 0) && own >= other(1, 0)
  if (down > flat + across * 2 ** 16) return own > other(0, -1) && own >= other(0, 1)
  const side = (dx[at] as number) < 0 !== (dy[at] as number) < 0 ? -1 : 1
  return own > other(-side, -1) && own > other(side, 1)
}

function neighbours(at: number, width: number, height: number): number[] {
  const [x, y] = [at % width, Math.trunc(at / width)]
  const found: number[] = []
  for (let row = Math.max(y - 1, 0); row <= Math.min(y + 1, height - 1); row++) {
    for (let column = Math.max(x - 1, 0); column <= Math.min(x + 1, width - 1); column++) {
      if (row !== y || column !== x) found.push(row * width + column)
    }
  }
  return found
}
