import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { SanggarError } from '../../contract/errors.ts'
import { encodeModel, type ModelProto } from '../graph/onnx.ts'
import type { Pixels } from '../images/pixels.ts'
import { openUpscaler, type UpscalerNetwork } from './open-upscaler.ts'
import { spansOf } from './tiles.ts'
import { upscale } from './upscale.ts'
import { noise, plainEsrgan, plainSrvgg, randomEsrgan, randomSrvgg, type Planes } from './upscaler-fixture.ts'

const runtime = { executionProvider: 'cpu', threads: 1 } as const
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sanggar-upscalers-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function opened(name: string, bytes: Uint8Array): Promise<UpscalerNetwork> {
  const path = join(folder, name)
  await writeFile(path, bytes)
  return openUpscaler(path, runtime)
}

const planes = (height: number, width: number): Planes => ({
  channels: 3,
  height,
  width,
  data: noise(3 * height * width, 9, 0.5).map((value) => value + 0.5),
})

/** A smooth picture with some grain. */
function picture(width: number, height: number, channels: Pixels['channels'] = 3): Pixels {
  const grain = noise(width * height * channels, 5, 20)
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) => {
    const pixel = Math.floor(i / channels)
    return (
      128 + 80 * Math.sin((pixel % width) / 9 + i) * Math.cos(Math.floor(pixel / width) / 7) + (grain[i] ?? 0)
    )
  })
  return { width, height, channels, data }
}

function worst(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY
  let largest = 0
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs((a[i] ?? 0) - (b[i] ?? 0)))
  return largest
}

const oldNames = (ups: number) => (name: string) => {
  const outer = ['conv_up1', 'conv_up2'].slice(0, ups).concat('conv_hr', 'conv_last')
  // Enlargement and activation take numbers of their own: 3, 6, 8, 10.
  const numbers = [...Array.from({ length: ups }, (_, i) => 3 * (i + 1)), 3 * ups + 2, 3 * ups + 4]
  const place = outer.indexOf(name)
  if (place >= 0) return `model.${numbers[place]}`
  if (name === 'conv_first') return 'model.0'
  if (name === 'conv_body') return 'model.1.sub.2'
  return name.replace(/^body\.(\d)\.rdb(\d)\.conv(\d)$/, 'model.1.sub.$1.RDB$2.conv$3.0')
}
const firstNames = (name: string): string =>
  name
    .replace(/^body\.(\d)\.rdb(\d)/, 'RRDB_trunk.$1.RDB$2')
    .replace('conv_body', 'trunk_conv')
    .replace('conv_up', 'upconv')
    .replace('conv_hr', 'HRconv')

describe('networks from safetensors equal plain loops', () => {
  it.each([
    ['x4', 2, 1, 4],
    ['x2 by folding', 2, 2, 2],
    ['x1 by folding', 2, 4, 1],
    ['x2 of one enlargement', 1, 1, 2],
    ['x1 without enlargement', 0, 1, 1],
  ])('ESRGAN %s', async (_, ups, folded, scale) => {
    const layers = randomEsrgan(ups, folded)
    const network = await opened('esrgan.safetensors', layers.file())
    expect(network).toMatchObject({ scale, multiple: folded })
    const image = planes(12, 8)
    const expected = plainEsrgan(image, layers, ups, folded)
    expect(worst(await network.run(image.data, 12, 8), expected.data)).toBeLessThan(1e-5)
    await network.release()
  })

  it.each([
    ['old names', oldNames(2)],
    ['names of the first release', firstNames],
    ['names in a wrapper', (name: string) => `params_ema.${name}`],
  ])('ESRGAN in %s', async (_, rename) => {
    const layers = randomEsrgan(2)
    const network = await opened('old.safetensors', layers.file(rename))
    const image = planes(6, 7)
    expect(worst(await network.run(image.data, 6, 7), plainEsrgan(image, layers, 2).data)).toBeLessThan(1e-5)
    await network.release()
  })

  it.each([2, 4])('SRVGG x%i', async (scale) => {
    const layers = randomSrvgg(scale)
    const network = await opened('srvgg.safetensors', layers.file())
    expect(network.scale).toBe(scale)
    const image = planes(9, 10)
    expect(worst(await network.run(image.data, 9, 10), plainSrvgg(image, layers, scale).data)).toBeLessThan(
      1e-5,
    )
    await network.release()
  })
})

describe('tiles', () => {
  it('cover every pixel and share their borders', () => {
    for (const length of [1, 50, 64, 65, 100, 128, 301]) {
      const spans = spansOf(length, { tile: 64, overlap: 16 })
      expect(spans[0]?.from).toBe(0)
      expect(spans.at(-1)?.to).toBe(length)
      for (const [i, span] of spans.entries()) {
        const next = spans[i + 1]
        expect(span.start + span.size).toBeLessThanOrEqual(length)
        expect(span.from).toBeGreaterThanOrEqual(span.start)
        if (next !== undefined) expect(next.from).toBeLessThan(span.to)
      }
    }
  })

  it('leave no seam: equal to the whole picture within one level', async () => {
    const network = await opened('srvgg.safetensors', randomSrvgg(2).file())
    const pixels = picture(150, 110)
    const whole = await upscale(network, pixels, { tile: 1000 })
    const calls: number[] = []
    const tiled = await upscale(network, pixels, { tile: 64, onTile: (done) => void calls.push(done) })
    expect(calls.length).toBeGreaterThan(8)
    expect(worst(tiled.data, whole.data)).toBeLessThanOrEqual(1)
    await network.release()
  })

  it('of folding networks keep odd pictures whole', async () => {
    const network = await opened('folded.safetensors', randomEsrgan(2, 4).file())
    const result = await upscale(network, picture(37, 23))
    expect([result.width, result.height]).toEqual([37, 23])
    await network.release()
  })

  it('report and stop', async () => {
    const network = await opened('srvgg.safetensors', randomSrvgg(2).file())
    const controller = new AbortController()
    const run = upscale(network, picture(150, 110), {
      tile: 64,
      signal: controller.signal,
      onTile: (done) => {
        if (done === 2) controller.abort()
      },
    })
    await expect(run).rejects.toBeInstanceOf(SanggarError)
    await network.release()
  })

  it('keep grey grey and transparency where it was', async () => {
    const network = await opened('srvgg.safetensors', randomSrvgg(2).file())
    expect((await upscale(network, picture(20, 10, 1))).channels).toBe(1)
    const pixels = picture(20, 10, 4)
    for (let i = 3; i < pixels.data.length; i += 4) pixels.data[i] = (i >> 2) % 20 < 10 ? 0 : 255
    const { data } = await upscale(network, pixels)
    expect([data[3], data[40 * 4 - 1]]).toEqual([0, 255])
    await network.release()
  })
})

describe('ONNX files of any make', () => {
  /** Nearest enlargement under odd names. */
  const enlarger = (
    sides: [number | string, number | string],
    outputs: [number | string, number | string],
  ): ModelProto => ({
    name: 'enlarger',
    opsets: { '': 21 },
    nodes: [
      {
        name: 'r',
        type: 'Resize',
        domain: '',
        inputs: ['image.1', '', 'scales'],
        outputs: ['2041'],
        attributes: { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
      },
    ],
    initialisers: [
      {
        name: 'scales',
        type: 'float32',
        shape: [4],
        data: new Uint8Array(Float32Array.of(1, 1, 3, 3).buffer),
      },
    ],
    inputs: [{ name: 'image.1', type: 'float32', shape: [1, 3, ...sides] }],
    outputs: [{ name: '2041', type: 'float32', shape: [1, 3, ...outputs] }],
  })
  const nearest = (pixels: Pixels, factor: number): Uint8Array =>
    Uint8Array.from({ length: pixels.data.length * factor ** 2 }, (_, i) => {
      const pixel = Math.floor(i / 3)
      const x = Math.floor((pixel % (pixels.width * factor)) / factor)
      const y = Math.floor(Math.floor(pixel / (pixels.width * factor)) / factor)
      return pixels.data[(y * pixels.width + x) * 3 + (i % 3)] as number
    })

  it.each([
    ['free size', enlarger(['h', 'w'], ['H', 'W'])],
    ['fixed size', enlarger([48, 32], [144, 96])],
  ])('of %s are bound by position and measured', async (_, model) => {
    const network = await opened('odd.onnx', encodeModel(model))
    expect(network.scale).toBe(3)
    const pixels = picture(70, 100)
    expect((await upscale(network, pixels)).data).toEqual(nearest(pixels, 3))
    const small = picture(10, 12)
    expect((await upscale(network, small)).data).toEqual(nearest(small, 3))
    await network.release()
  })

  const sixteenBits = (factor: number): ModelProto => {
    const { nodes, initialisers, inputs, outputs, ...model } = enlarger(['h', 'w'], ['H', 'W'])
    const cast = (from: string, to: string, type: number) => ({
      name: to,
      type: 'Cast',
      domain: '',
      inputs: [from],
      outputs: [to],
      attributes: { to: type },
    })
    return {
      ...model,
      nodes: [cast('half', 'image.1', 1), ...nodes, cast('2041', 'halves', 10)],
      initialisers: initialisers.map((tensor) => ({
        ...tensor,
        data: new Uint8Array(Float32Array.of(1, 1, factor, factor).buffer),
      })),
      inputs: inputs.map((port) => ({ ...port, name: 'half', type: 'float16' as const })),
      outputs: outputs.map((port) => ({ ...port, name: 'halves', type: 'float16' as const })),
    }
  }

  it.each([1, 2, 4, 8])('of 16 bits and scale %i, in tiles of odd size', async (factor) => {
    const network = await opened(`half-${factor}.onnx`, encodeModel(sixteenBits(factor)))
    expect(network.scale).toBe(factor)
    const pixels = picture(70, 53)
    const made = await upscale(network, pixels, { tile: 41 })
    expect(worst(made.data, nearest(pixels, factor))).toBe(0)
    await network.release()
  })

  it('in a folder of ours are run as the manifest says', async () => {
    const home = join(folder, 'ours')
    await mkdir(home)
    await writeFile(join(home, 'model.onnx'), encodeModel(enlarger(['h', 'w'], ['H', 'W'])))
    await writeFile(
      join(home, 'manifest.json'),
      JSON.stringify({ kind: 'upscaler', scale: 3, overlap: 8, graph: 'model.onnx' }),
    )
    const network = await openUpscaler(home, runtime)
    expect(network).toMatchObject({ scale: 3, overlap: 8, multiple: 1 })
    await network.release()
  })

  it('with another signature are refused', async () => {
    const model = enlarger(['h', 'w'], ['H', 'W'])
    const two = {
      ...model,
      inputs: [...model.inputs, { name: 'more', type: 'float32' as const, shape: [1] }],
    }
    await expect(opened('two.onnx', encodeModel(two))).rejects.toBeInstanceOf(SanggarError)
  })
})
