import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openAutoencoder } from '../checkpoints/autoencoder-file.ts'
import { componentTypeOf } from '../checkpoints/components.ts'
import { safetensorsBytes, type TensorSpec } from '../checkpoints/safetensors-fixture.ts'
import { largestDifference, runGraph } from './graph-fixture.ts'

const width = 6
type Picture = { channels: number; height: number; width: number; data: number[] }

/** [name, from, to, bias] of every convolution, in the numbering of the published files */
const decoder: [string, number, number, boolean][] = [
  ['1', 4, width, true],
  ['3.conv.0', width, width, true],
  ['3.conv.2', width, width, true],
  ['3.conv.4', width, width, true],
  ['5', width, width, false],
  ['6', width, 3, true],
]
const encoder: [string, number, number, boolean][] = [
  ['0', 3, width, true],
  ['1.conv.0', width, width, true],
  ['1.conv.2', width, width, true],
  ['1.conv.4', width, width, true],
  ['2', width, width, false],
  ['3', width, 4, true],
]
const numbers = new Map<string, number[]>()

function specsOf(layers: typeof decoder, prefix: string): TensorSpec[] {
  return layers.flatMap(([name, from, to, bias], layer) => {
    const weight = Array.from(
      { length: to * from * 9 },
      (_, i) => Math.sin(i * i + layer) / Math.sqrt(from * 4),
    )
    const offsets = Array.from({ length: to }, (_, i) => Math.cos(i + layer) / 5)
    numbers.set(`${prefix}${name}.weight`, weight.map(Math.fround))
    const specs = [{ name: `${name}.weight`, dtype: 'F32', shape: [to, from, 3, 3], data: bytes(weight) }]
    if (bias) {
      numbers.set(`${prefix}${name}.bias`, offsets.map(Math.fround))
      specs.push({ name: `${name}.bias`, dtype: 'F32', shape: [to], data: bytes(offsets) })
    }
    return specs
  })
}

const bytes = (values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer)
const mapped = (picture: Picture, change: (value: number, i: number) => number): Picture => ({
  ...picture,
  data: picture.data.map(change),
})
const relu = (picture: Picture): Picture => mapped(picture, (value) => Math.max(0, value))

function conv(input: Picture, name: string, stride = 1): Picture {
  const weight = numbers.get(`${name}.weight`) ?? []
  const bias = numbers.get(`${name}.bias`)
  const to = weight.length / input.channels / 9
  const [height, columns] = [Math.ceil(input.height / stride), Math.ceil(input.width / stride)]
  const data: number[] = []
  for (let o = 0; o < to; o++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < columns; x++) {
        let sum = bias?.[o] ?? 0
        for (let c = 0; c < input.channels; c++) {
          for (let k = 0; k < 9; k++) {
            const [py, px] = [y * stride + Math.floor(k / 3) - 1, x * stride + (k % 3) - 1]
            if (py < 0 || px < 0 || py >= input.height || px >= input.width) continue
            const pixel = input.data[(c * input.height + py) * input.width + px] as number
            sum += pixel * (weight[(o * input.channels + c) * 9 + k] as number)
          }
        }
        data.push(sum)
      }
    }
  }
  return { channels: to, height, width: columns, data }
}

function block(input: Picture, name: string): Picture {
  const deep = conv(relu(conv(relu(conv(input, `${name}.conv.0`)), `${name}.conv.2`)), `${name}.conv.4`)
  return relu(mapped(deep, (value, i) => value + (input.data[i] as number)))
}

function doubled({ channels, height, width: columns, data }: Picture): Picture {
  const result: number[] = []
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < 2 * height; y++) {
      for (let x = 0; x < 2 * columns; x++) {
        result.push(data[(c * height + (y >> 1)) * columns + (x >> 1)] as number)
      }
    }
  }
  return { channels, height: 2 * height, width: 2 * columns, data: result }
}

let folder = ''
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'sanggar-taesd-')))
  await writeFile(join(folder, 'decoder.safetensors'), safetensorsBytes(specsOf(decoder, 'd')))
  await writeFile(join(folder, 'encoder.safetensors'), safetensorsBytes(specsOf(encoder, 'e')))
})
afterAll(() => rm(folder, { recursive: true }))

async function run(half: 'encoder' | 'decoder', input: string, picture: Picture) {
  const component = await openAutoencoder(join(folder, `${half}.safetensors`))
  expect(component.type).toBe('AutoencoderTiny')
  const build = componentTypeOf(component.type, folder).graphs[half]
  if (build === undefined) throw new Error(`no ${half}`)
  const shape = [1, picture.channels, picture.height, picture.width]
  const results = await runGraph(build(component, {}), {
    [input]: { data: Float32Array.from(picture.data), shape },
  })
  return Object.values(results)[0]
}

const wave = (channels: number, height: number, columns: number): Picture => ({
  channels,
  height,
  width: columns,
  data: Array.from({ length: channels * height * columns }, (_, i) => Math.fround(3 * Math.sin(i * 1.3))),
})

describe('TAESD in the names of its author', () => {
  it('decodes: softly clamped latents in, colours from -1 to 1 out', async () => {
    const latents = wave(4, 3, 5)
    const clamped = mapped(latents, (value) => 3 * Math.tanh(value / 3))
    const first = relu(conv(clamped, 'd1'))
    const picture = conv(conv(doubled(block(first, 'd3')), 'd5'), 'd6')
    const result = await run('decoder', 'latent_sample', latents)
    expect(result?.shape).toEqual([1, 3, 6, 10])
    expect(
      largestDifference(
        result?.data ?? [],
        picture.data.map((value) => 2 * value - 1),
      ),
    ).toBeLessThan(1e-5)
  })

  it('encodes: colours from -1 to 1 in, latents as the denoiser sees them out', async () => {
    const picture = wave(3, 6, 8)
    const unit = mapped(picture, (value) => (value + 1) / 2)
    const latents = conv(conv(block(conv(unit, 'e0'), 'e1'), 'e2', 2), 'e3')
    const result = await run('encoder', 'sample', picture)
    expect(result?.shape).toEqual([1, 4, 3, 4])
    expect(largestDifference(result?.data ?? [], latents.data)).toBeLessThan(1e-5)
  })
})
