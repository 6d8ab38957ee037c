import { expect, test } from 'vitest'
import { cannyEdges } from './canny.ts'
import type { Pixels } from './pixels.ts'

const picture = (width: number, height: number, gray: (x: number, y: number) => number): Pixels => ({
  width,
  height,
  channels: 3,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const pixel = Math.trunc(i / 3)
    return gray(pixel % width, Math.trunc(pixel / width))
  }),
})
const rows = ({ width, data }: { width: number; data: Uint8Array }): string[] => {
  const marks = Array.from({ length: data.length / 3 }, (_, i) => (data[i * 3] === 255 ? '#' : '.')).join('')
  return marks.match(new RegExp(`.{${width}}`, 'g')) ?? []
}

/** What OpenCV draws. */
const square = [
  '............',
  '....####....',
  '...#....#...',
  '..#.....#...',
  '..#.....#...',
  '..#.....#...',
  '...######...',
  '............',
  '............',
]

test('a step is one line, on its brighter or its darker side all along', () => {
  const edges = cannyEdges(picture(8, 5, (x) => (x < 4 ? 0 : 200)))
  expect(rows(edges)).toEqual(Array.from({ length: 5 }, () => '...#....'))
})

test('OpenCV’s Canny(100, 200) of the same square', () => {
  const inside = (x: number, y: number): boolean => x >= 3 && x < 9 && y >= 2 && y < 7
  const edges = cannyEdges(picture(12, 9, (x, y) => (inside(x, y) ? 220 : 30)))
  expect(rows(edges)).toEqual(square)
})

test('a weak line is an edge only where it continues a strong one', () => {
  // 100 < 4 x 40 <= 200, and 4 x 60 above it
  const weak = picture(9, 6, (x) => (x < 4 ? 0 : 40))
  expect(rows(cannyEdges(weak)).join('')).not.toContain('#')
  const grows = picture(9, 6, (x, y) => (x < 4 ? 0 : y < 3 ? 40 : 60))
  expect(rows(cannyEdges(grows)).every((row) => row.includes('#'))).toBe(true)
})
