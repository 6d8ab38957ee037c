import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { flatten, toGray, toRgb } from './colour.ts'
import { feathered, latentMask, maskedImage, maskPlane, threshold } from './mask.ts'
import { maskedRegion, pasteBack } from './only-masked.ts'
import { newPixels, type Pixels } from './pixels.ts'
import { crop, floorSize, place } from './placement.ts'
import { fromSigned, fromUnit, toSigned, toUnit } from './planes.ts'
import { resize } from './resample.ts'

const gray = (width: number, height: number, data: number[]): Pixels => ({
  width,
  height,
  channels: 1,
  data: Uint8Array.from(data),
})

describe('resize is Pillow to the last bit', async () => {
  type Case = {
    channels: 1 | 3 | 4
    from: [number, number]
    to: [number, number]
    box: number[] | null
    source: string
    result: string
  }
  const { cases } = JSON.parse(await readFile(new URL('./pillow-lanczos.json', import.meta.url), 'utf8')) as {
    cases: Case[]
  }
  test.each(cases)(
    '$channels channels $from to $to, box $box',
    ({ channels, from, to, box, source, result }) => {
      const pixels: Pixels = {
        width: from[0],
        height: from[1],
        channels,
        data: new Uint8Array(Buffer.from(source, 'hex')),
      }
      const [left = 0, top = 0, right = 0, bottom = 0] = box ?? []
      const resized = resize(pixels, to[0], to[1], box === null ? undefined : { left, top, right, bottom })
      expect(Buffer.from(resized.data).toString('hex')).toBe(result)
    },
  )
})

const anyPixels = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), fc.constantFrom<1 | 3>(1, 3))
  .chain(([width, height, channels]) =>
    fc
      .uint8Array({ minLength: width * height * channels, maxLength: width * height * channels })
      .map((data): Pixels => ({ width, height, channels, data })),
  )
const side = fc.integer({ min: 1, max: 16 })

describe('floats and bytes', () => {
  test('there and back is the same picture', () => {
    fc.assert(
      fc.property(anyPixels, (pixels) => {
        expect(fromSigned(toSigned(pixels))).toEqual(pixels)
        expect(fromUnit(toUnit(pixels))).toEqual(pixels)
      }),
    )
  })

  test('halves go to the even neighbour, what is outside is clamped', () => {
    const data = Float32Array.from([0.5 / 255, 1.5 / 255, 2.5 / 255, -3, 7, 1])
    expect([...fromUnit({ width: 6, height: 1, channels: 1, data }).data]).toEqual([0, 2, 2, 0, 255, 255])
  })

  test('planar: all red, then all green, then all blue', () => {
    const pixels: Pixels = { width: 2, height: 1, channels: 3, data: Uint8Array.from([255, 0, 0, 0, 255, 0]) }
    expect([...toSigned(pixels).data]).toEqual([1, -1, -1, 1, -1, -1])
  })
})

describe('resize modes', () => {
  test('every mode gives the size asked for; a picture of that size is not touched', () => {
    fc.assert(
      fc.property(
        anyPixels,
        side,
        side,
        fc.constantFrom('crop', 'fit', 'stretch'),
        (pixels, width, height, mode) => {
          const placed = place(pixels, width, height, mode)
          expect([placed.width, placed.height, placed.data.length]).toEqual([
            width,
            height,
            width * height * pixels.channels,
          ])
          expect(place(pixels, pixels.width, pixels.height, mode)).toEqual(pixels)
        },
      ),
    )
  })

  test('crop takes the middle, fit repeats the edge or fills', () => {
    const wide = gray(4, 2, [10, 20, 30, 40, 10, 20, 30, 40])
    expect([...place(wide, 2, 2, 'crop').data]).toEqual([20, 30, 20, 30])
    const tall = gray(1, 3, [10, 20, 30])
    expect([...place(tall, 3, 3, 'fit').data]).toEqual([10, 10, 10, 20, 20, 20, 30, 30, 30])
    expect([...place(tall, 3, 3, 'fit', 0).data]).toEqual([0, 10, 0, 0, 20, 0, 0, 30, 0])
  })

  test('sides go down to a multiple, never to nothing', () => {
    expect(floorSize(90, 70, 8)).toEqual({ width: 88, height: 64 })
    expect(floorSize(5, 16, 16)).toEqual({ width: 16, height: 16 })
  })

  test('a region outside is a bug and says so', () => {
    expect(() => crop(newPixels(4, 4, 3), { left: 2, top: 0, width: 3, height: 1 })).toThrow(RangeError)
  })
})

describe('masks', () => {
  test('127 keeps, 128 repaints', () => {
    expect([...threshold(gray(4, 1, [0, 127, 128, 255])).data]).toEqual([0, 0, 1, 1])
  })

  test('the latent mask looks at the first pixel of each block only', () => {
    const mask = newPixels(16, 8, 1)
    mask.data[8] = 255
    expect([...latentMask(maskPlane(mask, 16, 8), 8).data]).toEqual([0, 1])
    mask.data.fill(255)
    mask.data[0] = 0
    expect([...latentMask(maskPlane(mask, 16, 8), 8).data]).toEqual([0, 1])
  })

  test('what is repainted is grey to the network', () => {
    const image = toSigned({ width: 2, height: 1, channels: 3, data: new Uint8Array(6).fill(255) })
    expect([...maskedImage(image, threshold(gray(2, 1, [255, 0]))).data]).toEqual([0, 1, 0, 1, 0, 1])
  })

  test('feathering softens up to its reach, in both directions, and nothing beyond', () => {
    const mask = newPixels(41, 41, 1)
    for (let y = 0; y < 41; y++) mask.data.fill(255, y * 41 + 20, y * 41 + 41)
    const soft = feathered(mask, 8)
    const row = [...soft.data.subarray(20 * 41, 21 * 41)]
    expect(row.slice(0, 12)).toEqual(Array.from({ length: 12 }, () => 0))
    expect(row.slice(28)).toEqual(Array.from({ length: 13 }, () => 255))
    expect(row.slice(13, 28)).toEqual(row.slice(13, 28).toSorted((a, b) => a - b))
    expect((row[19] ?? 0) + (row[20] ?? 0)).toBe(255)
    const turned = newPixels(41, 41, 1)
    turned.data.fill(255, 20 * 41)
    expect(feathered(turned, 8).data[19 * 41 + 5]).toBe(row[19])
    expect(feathered(mask, 0)).toBe(mask)
  })
})

describe('only what is masked', () => {
  const mask = newPixels(100, 60, 1)
  for (let y = 20; y < 30; y++) mask.data.fill(255, y * 100 + 40, y * 100 + 50)

  test('the bounds, padded, widened to the shape, inside the picture', () => {
    expect(maskedRegion(mask, 5, 64, 64)).toEqual({ left: 35, top: 15, width: 20, height: 20 })
    expect(maskedRegion(mask, 5, 128, 64)).toEqual({ left: 25, top: 15, width: 40, height: 20 })
    expect(maskedRegion(mask, 5, 64, 512)).toMatchObject({ top: 0, height: 60 })
    expect(maskedRegion(newPixels(4, 4, 1), 5, 64, 64)).toBeUndefined()
  })

  test('for any mask the region holds all of it and lies inside', () => {
    fc.assert(
      fc.property(anyPixels, fc.nat(20), side, side, (pixels, padding, width, height) => {
        const any = toGray(pixels)
        const region = maskedRegion(any, padding, width, height)
        if (region === undefined) return expect(any.data.every((value) => value === 0)).toBe(true)
        const inside = crop(any, region)
        const sum = (data: Uint8Array): number => data.reduce((total, value) => total + value, 0)
        expect(sum(inside.data)).toBe(sum(any.data))
      }),
    )
  })

  test('paste-back leaves every byte outside the mask and is the new picture where the mask is full', () => {
    const original: Pixels = {
      width: 100,
      height: 60,
      channels: 3,
      data: Uint8Array.from({ length: 18_000 }, (_, i) => (i * 7) % 251),
    }
    const painted: Pixels = {
      width: 64,
      height: 64,
      channels: 3,
      data: new Uint8Array(64 * 64 * 3).fill(200),
    }
    const region = maskedRegion(mask, 12, 64, 64)
    if (region === undefined) throw new Error('the mask is not empty')
    const soft = feathered(mask, 4)
    const result = pasteBack(original, painted, soft, region)
    let mixed = 0
    for (let index = 0; index < 6000; index++) {
      const pixel = [...result.data.subarray(index * 3, index * 3 + 3)]
      if (soft.data[index] === 0) expect(pixel).toEqual([...original.data.subarray(index * 3, index * 3 + 3)])
      else if (soft.data[index] === 255) expect(pixel).toEqual([200, 200, 200])
      else mixed++
    }
    expect(mixed).toBeGreaterThan(50)
  })
})

test('alpha over a colour; grey to three channels', () => {
  const pixels: Pixels = {
    width: 3,
    height: 1,
    channels: 4,
    data: Uint8Array.from([10, 20, 30, 255, 10, 20, 30, 0, 10, 20, 30, 128]),
  }
  expect([...flatten(pixels, [255, 255, 255]).data]).toEqual([10, 20, 30, 255, 255, 255, 132, 137, 142])
  expect([...toRgb(gray(2, 1, [5, 9])).data]).toEqual([5, 5, 5, 9, 9, 9])
  expect([
    ...toGray({ width: 1, height: 1, channels: 3, data: Uint8Array.from([255, 255, 255]) }).data,
  ]).toEqual([255])
})

test('shrinking and growing by cubic convolution is Pillow 12.3 to the last bit', () => {
  const source = newPixels(13, 9, 3)
  for (let y = 0; y < 9; y++) {
    for (let x = 0; x < 13; x++) {
      source.data.set([x * 37 + y * 11, x * y * 29 + 7, 255 - x * 19 + y * 5], (y * 13 + x) * 3)
    }
  }
  expect(Buffer.from(resize(source, 7, 5, undefined, 'bicubic').data).toString('hex')).toBe(
    '160dbb5827dba642b2a85b8f205f6c6e1148b02e2629287d6b7deab993bbbf6c9833a375814351c3892f3d452b7f94d2' +
      'cf89c86580a147797e95585ada61385157169563d6d583d24b90aa5d8387ab8363d87c41647419afb796a08fdf279eb3' +
      '764e90c56d6c7ccd4a',
  )
  const large = Buffer.from(resize(source, 20, 14, undefined, 'bicubic').data)
  expect(createHash('sha256').update(large).digest('hex')).toBe(
    'df05d4c5276dd8837bd311c2b33aa47464b8f5b8827c2f87f1e9c0ca083a470e',
  )
})
