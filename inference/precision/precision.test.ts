import { mkdir, mkdtemp, realpath, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openCheckpoint } from '../checkpoints/checkpoint.ts'
import { readSafetensorsHeader, readTensor } from '../checkpoints/safetensors.ts'
import { safetensorsBytes, type TensorSpec } from '../checkpoints/safetensors-fixture.ts'
import { createGraph, type Graph, type Value } from '../graph/graph.ts'
import { runGraph } from '../graph/graph-fixture.ts'
import { weightsOf, type Weight } from '../graph/weights.ts'
import { listCache } from './cache-folder.ts'
import { cpuFeatures } from './cpu-features.ts'
import { openSession } from '../session.ts'
import { packedGraph, preciseCheckpoint } from './precise-checkpoint.ts'
import { quantiseFourBits } from './four-bits.ts'
import { quantised } from './quantise-graph.ts'
import {
  quantisableLayers,
  withQuantised,
  writeQuantised,
  type Form,
  type QuantisedLayer,
} from './quantised-network.ts'

const wave = (count: number, phase: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(i * i * 0.7 + phase))
const tensor = (name: string, shape: number[], numbers: Float32Array): TensorSpec => ({
  name,
  dtype: 'F32',
  shape,
  data: new Uint8Array(numbers.buffer),
})

function relative(actual: ArrayLike<number>, exact: ArrayLike<number>): number {
  let [difference, length] = [0, 0]
  for (let i = 0; i < exact.length; i++) {
    difference += ((actual[i] as number) - (exact[i] as number)) ** 2
    length += (exact[i] as number) ** 2
  }
  return Math.sqrt(difference / length)
}

// As in the program: on a processor whose byte products saturate, weights have 7 bits and twice the error.
const { weightLimit } = await cpuFeatures()
const coarser = 127 / weightLimit

let folder = ''
let weights = new Map<string, Weight>()
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'sanggar-precision-')))
  const path = join(folder, 'model.safetensors')
  await writeFile(
    path,
    safetensorsBytes([
      tensor('dense.weight', [64, 48], wave(64 * 48, 1)),
      tensor('dense.bias', [64], wave(64, 2)),
      tensor('wide.weight', [40, 64], wave(40 * 64, 8)),
      tensor('kernel.weight', [32, 16, 3, 3], wave(32 * 16 * 9, 3)),
      tensor('kernel.bias', [32], wave(32, 4)),
    ]),
  )
  weights = await weightsOf(await readSafetensorsHeader(path))
})
afterAll(() => rm(folder, { recursive: true }))

async function outputs(
  build: (g: Graph, x: Value) => Value,
  x: Float32Array,
  shape: number[],
  form: Form,
  bits: 8 | 4 = 8,
) {
  const graph = (from: Map<string, Weight>) => {
    const g = createGraph(from)
    g.output(
      'y',
      build(
        g,
        g.input(
          'x',
          'float32',
          shape.map((_, i) => `side${i}`),
        ),
      ),
      ['a', 'b', 'c', 'd'].slice(0, shape.length),
    )
    return g.finish('layers', folder)
  }
  const exact = graph(weights)
  const layers = quantisableLayers(exact, weights, 1, bits)
  const place = await mkdtemp(join(folder, 'quantised-'))
  const writing = { limit: weightLimit, threads: 1 }
  const weightErrors = await writeQuantised(place, layers, weights, writing)
  const carried = await withQuantised(weights, layers, place, () => form)
  return { result: await runGraph(graph(carried), { x: { data: x, shape } }), layers, weightErrors }
}

describe('weights in 8 bits', () => {
  const dense = (use: QuantisedLayer['use'], rows: number, columns: number): QuantisedLayer => ({
    key: use.module,
    use,
    outputs: rows,
    inputs: columns,
    bits: 8,
  })
  async function stored(shape: number[], numbers: Float32Array): Promise<Map<string, Weight>> {
    const path = join(await mkdtemp(join(folder, 'weight-')), 'w.safetensors')
    await writeFile(path, safetensorsBytes([tensor('w.weight', shape, numbers)]))
    return weightsOf(await readSafetensorsHeader(path))
  }

  it('are off by at most half a step, by output, and say how far', async () => {
    const numbers = wave(70 * 9, 5).map((value, i) => value * (1 + Math.floor(i / 9)))
    const { values, scales, error } = await quantised(
      dense({ kind: 'linear', module: 'w' }, 70, 9),
      await stored([70, 9], numbers),
      127,
      1,
    )
    for (let output = 0; output < 70; output++) {
      for (let input = 0; input < 9; input++) {
        const back = (values[input * 70 + output] as number) * (scales[output] as number)
        expect(Math.abs(back - (numbers[output * 9 + input] as number))).toBeLessThanOrEqual(
          (scales[output] as number) * 0.5001,
        )
      }
    }
    expect(error).toBeGreaterThan(1e-4)
    expect(error).toBeLessThan(1e-2)
  })

  it('survive rows of zeros, take rows of a larger one, and have channels last for windows', async () => {
    const zeros = await quantised(
      dense({ kind: 'linear', module: 'w' }, 2, 2),
      await stored([2, 2], new Float32Array(4)),
      127,
      1,
    )
    expect([...zeros.values, ...zeros.scales, zeros.error]).toEqual([0, 0, 0, 0, 1, 1, 0])
    const part = await quantised(
      dense({ kind: 'linear', module: 'w', rows: [1, 3] }, 2, 2),
      await stored([3, 2], Float32Array.of(9, 9, 127, 1, 3, -127)),
      127,
      1,
    )
    expect([...part.values]).toEqual([127, 3, 1, -127])
    const windows = await quantised(
      dense({ kind: 'conv', module: 'w' }, 1, 4),
      await stored([1, 2, 1, 2], Float32Array.of(127, 2, 3, 4)),
      127,
      1,
    )
    expect([...windows.values]).toEqual([127, 3, 2, 4])
  })
})

describe('layers in 8 bits', () => {
  const tokens = wave(2 * 15 * 64, 6)
  const picture = wave(2 * 16 * 9 * 7, 7)
  const cases: [string, (g: Graph, x: Value) => Value, Float32Array, number[]][] = [
    ['a linear layer', (g, x) => g.linear(x, 'dense'), tokens.subarray(0, 960), [2, 10, 48]],
    [
      'some of its rows',
      (g, x) => g.linear(x, 'dense', { rows: [16, 48] }),
      tokens.subarray(0, 960),
      [2, 10, 48],
    ],
    ['a convolution', (g, x) => g.conv(x, 'kernel', { padding: 1 }), picture, [2, 16, 9, 7]],
    [
      'one that halves odd sides',
      (g, x) => g.conv(x, 'kernel', { padding: 1, stride: 2 }),
      picture,
      [2, 16, 9, 7],
    ],
    [
      'one padded on two sides',
      (g, x) => g.conv(x, 'kernel', { padding: [0, 0, 1, 1], stride: 2 }),
      picture,
      [2, 16, 9, 7],
    ],
  ]
  it.each(cases)('%s: near, nearer with a second pass', async (_, build, x, shape) => {
    const exact = (await outputs(build, x, shape, 'exact')).result['y']
    const fast = (await outputs(build, x, shape, 'fast')).result['y']
    const balanced = (await outputs(build, x, shape, 'balanced')).result['y']
    expect(fast?.shape).toEqual(exact?.shape)
    const [coarse, fine] = [fast, balanced].map((y) => relative(y?.data ?? [], exact?.data ?? []))
    expect(coarse).toBeLessThan(0.015 * coarser)
    expect(fine).toBeLessThan(0.008 * coarser)
    expect(fine).toBeLessThan(coarse as number)
  })

  it('a linear layer in 4 bits is as near as that allows', async () => {
    const build = (g: Graph, x: Value) => g.linear(x, 'wide')
    const exact = (await outputs(build, tokens, [2, 15, 64], 'exact')).result['y']
    const small = await outputs(build, tokens, [2, 15, 64], 'small', 4)
    expect(small.layers.map(({ bits }) => bits)).toEqual([4])
    const error = relative(small.result['y']?.data ?? [], exact?.data ?? [])
    expect(error).toBeLessThan(0.12)
    expect(small.weightErrors.get('wide')).toBeCloseTo(error, 1)
    // What the kernel computes is what was written.
    const kept = quantiseFourBits(wave(40 * 64, 8))
    const back = Float32Array.from({ length: 40 * 64 }, (_, i) => {
      const pair = kept.values[i >> 1] as number
      return (((i & 1) === 0 ? pair & 15 : pair >> 4) - 8) * (kept.scales[i >> 5] as number)
    })
    const right = Array.from({ length: 30 * 40 }, (_, at) => {
      const [row, column] = [Math.floor(at / 40), at % 40]
      let sum = 0
      for (let i = 0; i < 64; i++) sum += (tokens[row * 64 + i] as number) * (back[column * 64 + i] as number)
      return sum
    })
    expect(relative(small.result['y']?.data ?? [], right)).toBeLessThan(1e-5)
  })

  it('measure themselves, and outliers are what the second pass is for', async () => {
    const spiked = tokens.subarray(0, 960).map((value, i) => (i % 48 === 5 ? value * 60 : value))
    const run = (form: Form) => outputs((g, x) => g.linear(x, 'dense'), spiked, [2, 10, 48], form)
    const { result, layers, weightErrors } = await run('measure')
    expect(layers.map((layer) => layer.key)).toEqual(['dense'])
    const residual = result['residual/dense']?.data[0] ?? 0
    const [fast, balanced, exact] = await Promise.all(
      (['fast', 'balanced', 'exact'] as const).map(async (form) => (await run(form)).result['y']?.data ?? []),
    )
    // What the balanced form adds to the fast one is what the fast one lacks.
    expect(residual).toBeGreaterThan(3e-3)
    expect(residual).toBeCloseTo(relative(fast ?? [], balanced ?? []), 4)
    // The rest is the weights' own rounding, known since they were written.
    expect(weightErrors.get('dense')).toBeCloseTo(relative(balanced ?? [], exact ?? []), 2)
  })
})

describe('a checkpoint in 8 bits', () => {
  it('keeps weights and packed graph, and makes them again when the file changes', async () => {
    const path = join(folder, 'vae')
    await mkdir(join(path, 'unet'), { recursive: true })
    await writeFile(
      join(path, 'model_index.json'),
      JSON.stringify({ _class_name: 'StableDiffusionPipeline', unet: ['diffusers', 'UNet2DConditionModel'] }),
    )
    await writeFile(
      join(path, 'unet', 'config.json'),
      JSON.stringify({ attention_head_dim: 2, norm_num_groups: 2 }),
    )
    const file = join(path, 'unet', 'diffusion_pytorch_model.safetensors')
    await writeFile(file, safetensorsBytes(tinyUnet()))
    const cacheFolder = join(folder, 'kept')
    await mkdir(cacheFolder)
    const options = {
      precision: 'fast',
      network: 'unet',
      cacheFolder,
      threads: 1,
      smallest: 1,
      // As on a processor where bytes are fastest.
      costs: { linear: { fast: 0.2, balanced: 0.4 }, conv: { fast: 0.2, balanced: 0.4, tiled: 0.5 } },
    } as const
    const feeds = {
      sample: { data: wave(4 * 64, 1), shape: [1, 4, 8, 8] },
      timestep: { data: Float32Array.of(500), shape: [1] },
      encoder_hidden_states: { data: wave(5 * 8, 2), shape: [1, 5, 8] },
    }
    const exact = (await runGraph((await openCheckpoint(path)).graph('unet'), feeds))['out_sample']
    const first = await preciseCheckpoint(await openCheckpoint(path), options)
    expect(first.made).toBe(true)
    expect([...first.forms.keys()]).not.toContain('conv_in')
    expect(first.forms.size).toBeGreaterThan(8)
    expect(first.errors.size).toBe(first.forms.size)
    for (const { fast } of first.errors.values()) expect(fast).toBeGreaterThan(0)
    const near = (await runGraph(first.checkpoint.graph('unet'), feeds))['out_sample']
    expect(relative(near?.data ?? [], exact?.data ?? [])).toBeLessThan(0.1)

    const packed = await packedGraph(first.checkpoint, 'unet', { cacheFolder, threads: 1 })
    expect(packed.made).toBe(true)
    const again = await packedGraph(
      (await preciseCheckpoint(await openCheckpoint(path), options)).checkpoint,
      'unet',
      { cacheFolder, threads: 1 },
    )
    expect(again).toEqual({ ...packed, made: false })
    const mapped = (await runGraph(packed.source, feeds))['out_sample']
    expect(relative(mapped?.data ?? [], near?.data ?? [])).toBeLessThan(1e-5)

    // Float32 is multiplied with as it lies there; only bytes are kept in the order of the kernels.
    const whole = await packedGraph(await openCheckpoint(path), 'unet', { cacheFolder, threads: 1 })
    expect([whole.source, packed.source]).toMatchObject([{ asStored: true }, { asStored: false }])
    const session = await openSession(whole.source, { executionProvider: 'cpu', threads: 1, stage: 'unet' })
    const same = (await session.run(feeds))['out_sample']
    await session.release()
    expect(relative(same?.data ?? [], exact?.data ?? [])).toBeLessThan(1e-5)

    // Where tiles are faster than bytes the convolutions that keep the size are in float32, and nearer.
    const tiling = { linear: options.costs.linear, conv: { fast: 0.8, balanced: 1.6, tiled: 0.5 } }
    const tiled = await preciseCheckpoint(await openCheckpoint(path), { ...options, costs: tiling })
    expect([...tiled.forms].filter(([, form]) => form === 'tiled').length).toBeGreaterThan(3)
    const nearer = (await runGraph(tiled.checkpoint.graph('unet'), feeds))['out_sample']
    expect(relative(nearer?.data ?? [], exact?.data ?? [])).toBeLessThan(
      relative(near?.data ?? [], exact?.data ?? []),
    )

    await utimes(file, new Date(), new Date(Date.now() + 5000))
    expect((await preciseCheckpoint(await openCheckpoint(path), options)).made).toBe(true)
    const stored = (await listCache(cacheFolder)).length
    expect(stored).toBe(5)
  }, 120_000)
})

/** Two levels of four and eight channels, attention in the second. */
function tinyUnet(): TensorSpec[] {
  const specs: TensorSpec[] = []
  const add = (name: string, shape: number[], gain = false): void => {
    const count = shape.reduce((product, side) => product * side, 1)
    const fan = shape.slice(1).reduce((product, side) => product * side, 1)
    const numbers = wave(count, specs.length).map((value) => (gain ? 1 + value / 10 : value / Math.sqrt(fan)))
    specs.push(tensor(name, shape, numbers))
  }
  const conv = (name: string, from: number, to: number, size = 3): void => {
    add(`${name}.weight`, [to, from, size, size])
    add(`${name}.bias`, [to])
  }
  const biases: TensorSpec[] = []
  const linear = (name: string, from: number, to: number): void => {
    add(`${name}.weight`, [to, from])
    if (!/\.to_[qkv]$/.test(name)) biases.push(tensor(`${name}.bias`, [to], new Float32Array(to)))
  }
  const norm = (name: string, width: number): void => {
    add(`${name}.weight`, [width], true)
    add(`${name}.bias`, [width])
  }
  const resnet = (name: string, from: number, to: number): void => {
    norm(`${name}.norm1`, from)
    conv(`${name}.conv1`, from, to)
    linear(`${name}.time_emb_proj`, 16, to)
    norm(`${name}.norm2`, to)
    conv(`${name}.conv2`, to, to)
    if (from !== to) conv(`${name}.conv_shortcut`, from, to, 1)
  }
  linear('time_embedding.linear_1', 4, 16)
  linear('time_embedding.linear_2', 16, 16)
  conv('conv_in', 4, 4)
  resnet('down_blocks.0.resnets.0', 4, 4)
  conv('down_blocks.0.downsamplers.0.conv', 4, 4)
  resnet('down_blocks.1.resnets.0', 4, 8)
  resnet('mid_block.resnets.0', 8, 8)
  norm('mid_block.attentions.0.norm', 8)
  conv('mid_block.attentions.0.proj_in', 8, 8, 1)
  for (const [attention, reads] of [
    ['attn1', 8],
    ['attn2', 8],
  ] as const) {
    const name = `mid_block.attentions.0.transformer_blocks.0.${attention}`
    for (const part of ['to_q', 'to_k', 'to_v', 'to_out.0']) linear(`${name}.${part}`, reads, 8)
  }
  for (const part of ['norm1', 'norm2', 'norm3'])
    norm(`mid_block.attentions.0.transformer_blocks.0.${part}`, 8)
  linear('mid_block.attentions.0.transformer_blocks.0.ff.net.0.proj', 8, 64)
  linear('mid_block.attentions.0.transformer_blocks.0.ff.net.2', 32, 8)
  conv('mid_block.attentions.0.proj_out', 8, 8, 1)
  resnet('mid_block.resnets.1', 8, 8)
  resnet('up_blocks.0.resnets.0', 16, 8)
  resnet('up_blocks.0.resnets.1', 12, 8)
  conv('up_blocks.0.upsamplers.0.conv', 8, 8)
  resnet('up_blocks.1.resnets.0', 12, 4)
  resnet('up_blocks.1.resnets.1', 8, 4)
  norm('conv_norm_out', 4)
  conv('conv_out', 4, 4)
  return [...specs, ...biases]
}

it('a file of planned tensors reads back', async () => {
  const place = await mkdtemp(join(folder, 'planned-'))
  const layers = quantisableLayers(
    (() => {
      const g = createGraph(weights)
      g.output('y', g.linear(g.input('x', 'float32', ['n', 48]), 'dense'), ['n', 64])
      return g.finish('one', folder)
    })(),
    weights,
    1,
  )
  await writeQuantised(place, layers, weights, { limit: 63, threads: 1 })
  const file = await readSafetensorsHeader(join(place, 'weights.safetensors'))
  const values = await readTensor(file, 'dense.values')
  expect(values.shape).toEqual([48, 64])
  expect(Math.max(...values.data.map(Math.abs))).toBe(63)
})
