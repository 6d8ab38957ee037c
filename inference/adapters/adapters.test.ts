import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { SanggarError } from '../../contract/errors.ts'
import type { Component } from '../checkpoints/components.ts'
import { readSafetensorsHeader } from '../checkpoints/safetensors.ts'
import { safetensorsBytes, type TensorSpec } from '../checkpoints/safetensors-fixture.ts'
import { createGraph } from '../graph/graph.ts'
import { largestDifference, runGraph } from '../graph/graph-fixture.ts'
import { weightsOf } from '../graph/weights.ts'
import { adapt } from './adapt.ts'
import { openAdapter } from './adapter-file.ts'
import { mergedWeightGraph } from './merged-weight.ts'

const wave = (count: number, phase: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.sin(i * 2.3 + phase))
const tensor = (name: string, shape: number[], data: number[]): TensorSpec => ({
  name,
  dtype: 'F32',
  shape,
  data: new Uint8Array(Float32Array.from(data).buffer),
})

/** [rows, inner] x [inner, columns] */
function product(a: number[], b: number[], rows: number, inner: number, columns: number): number[] {
  return Array.from({ length: rows * columns }, (_, at) => {
    let sum = 0
    for (let i = 0; i < inner; i++)
      sum += (a[Math.floor(at / columns) * inner + i] as number) * (b[i * columns + (at % columns)] as number)
    return sum
  })
}

const weight = wave(6 * 4, 0)
const kernel = wave(6 * 4 * 9, 1)
let folder = ''
let networks = new Map<string, Component>()

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'sanggar-adapters-')))
  const path = join(folder, 'model.safetensors')
  await writeFile(
    path,
    safetensorsBytes([
      tensor('mid_block.attentions.0.to_q.weight', [6, 4], weight),
      tensor('mid_block.resnets.0.conv1.weight', [6, 4, 3, 3], kernel),
      tensor('mid_block.resnets.0.conv1.bias', [6], wave(6, 9)),
    ]),
  )
  const weights = await weightsOf(await readSafetensorsHeader(path))
  networks = new Map([['unet', { type: 'UNet2DConditionModel', weights, config: {}, path }]])
})
afterAll(() => rm(folder, { recursive: true }))

async function adapted(name: string, ...files: TensorSpec[][]) {
  const adapters = await Promise.all(
    files.map(async (specs, i) => {
      const path = join(folder, `${name}-${i}.safetensors`)
      await writeFile(path, safetensorsBytes(specs))
      return openAdapter(path)
    }),
  )
  const { networks: result } = adapt(networks, adapters, 'model')
  const weights = result.get('unet')?.weights
  if (weights === undefined) throw new Error('no unet')
  return weights
}

async function merged(name: string, module: string, specs: TensorSpec[], scale = 1): Promise<Float32Array> {
  const graph = mergedWeightGraph(await adapted(name, specs), module, folder)
  const feeds = { 'adapter_scale.0': { data: Float32Array.of(scale), shape: [] } }
  return (await runGraph(graph, feeds))['weight']?.data ?? new Float32Array()
}

const query = 'mid_block.attentions.0.to_q'
const conv = 'mid_block.resnets.0.conv1'

describe('changes of weights', () => {
  it('multiply Hadamard products out (LoHa)', async () => {
    const parts = [wave(12, 1), wave(8, 2), wave(12, 3), wave(8, 4)] as const
    const result = await merged('loha', query, [
      tensor('lora_unet_mid_block_attentions_0_to_q.hada_w1_a', [6, 2], parts[0]),
      tensor('lora_unet_mid_block_attentions_0_to_q.hada_w1_b', [2, 4], parts[1]),
      tensor('lora_unet_mid_block_attentions_0_to_q.hada_w2_a', [6, 2], parts[2]),
      tensor('lora_unet_mid_block_attentions_0_to_q.hada_w2_b', [2, 4], parts[3]),
      tensor('lora_unet_mid_block_attentions_0_to_q.alpha', [], [1]),
    ])
    const left = product(parts[0], parts[1], 6, 2, 4)
    const right = product(parts[2], parts[3], 6, 2, 4)
    const expected = weight.map((value, i) => value + 0.5 * (left[i] as number) * (right[i] as number))
    expect(largestDifference(result, expected)).toBeLessThan(1e-6)
  })

  it('multiply Kronecker products out (LoKr), whole and factored', async () => {
    const [small, a, b] = [wave(4, 1), wave(3, 2), wave(2, 3)] as const
    const large = product(a, b, 3, 1, 2)
    const expected = (factor: number): number[] =>
      weight.map((value, i) => {
        const [row, column] = [Math.floor(i / 4), i % 4]
        const outer = small[Math.floor(row / 3) * 2 + Math.floor(column / 2)] as number
        return value + factor * outer * (large[(row % 3) * 2 + (column % 2)] as number)
      })
    const name = 'lycoris_mid_block_attentions_0_to_q'
    const whole = await merged('lokr', query, [
      tensor(`${name}.lokr_w1`, [2, 2], small),
      tensor(`${name}.lokr_w2`, [3, 2], large),
      tensor(`${name}.alpha`, [], [8]),
    ])
    expect(largestDifference(whole, expected(1))).toBeLessThan(1e-6)
    const factored = await merged('lokr-factored', query, [
      tensor(`${name}.lokr_w1`, [2, 2], small),
      tensor(`${name}.lokr_w2_a`, [3, 1], [...a]),
      tensor(`${name}.lokr_w2_b`, [1, 2], [...b]),
      tensor(`${name}.alpha`, [], [0.25]),
    ])
    expect(largestDifference(factored, expected(0.25))).toBeLessThan(1e-6)
  })

  it('give the changed weight learned lengths (DoRA)', async () => {
    const [down, up] = [wave(8, 1), wave(12, 2)] as const
    const lengths = [1, 2, 3, 4]
    const result = await merged('dora', query, [
      tensor(`unet.${query}.lora_A.weight`, [2, 4], down),
      tensor(`unet.${query}.lora_B.weight`, [6, 2], up),
      tensor(`unet.${query}.dora_scale`, [1, 4], lengths),
    ])
    const changed = product(up, down, 6, 2, 4).map((value, i) => value + (weight[i] as number))
    const norm = (column: number): number => Math.hypot(...changed.filter((_, i) => i % 4 === column))
    const expected = changed.map((value, i) => (value * (lengths[i % 4] as number)) / norm(i % 4))
    expect(largestDifference(result, expected)).toBeLessThan(2e-6)
  })

  it('take the core of a Tucker decomposition (LoCon)', async () => {
    const [down, mid, up] = [wave(8, 1), wave(36, 2), wave(12, 3)] as const
    const name = 'lora_unet_middle_block_0_in_layers_2'
    const result = await merged('tucker', conv, [
      tensor(`${name}.lora_down.weight`, [2, 4, 1, 1], down),
      tensor(`${name}.lora_mid.weight`, [2, 2, 3, 3], mid),
      tensor(`${name}.lora_up.weight`, [6, 2, 1, 1], up),
    ])
    const expected = kernel.map((value, at) => {
      const [out, input, pixel] = [Math.floor(at / 36), Math.floor(at / 9) % 4, at % 9]
      let sum = value
      for (let i = 0; i < 2; i++) {
        for (let j = 0; j < 2; j++) {
          sum +=
            (up[out * 2 + i] as number) *
            (mid[(i * 2 + j) * 9 + pixel] as number) *
            (down[j * 4 + input] as number)
        }
      }
      return sum
    })
    expect(largestDifference(result, expected)).toBeLessThan(2e-6)
  })
})

describe('adapters in a graph', () => {
  it('add up, each with its own strength, and change it without a new graph', async () => {
    const [down, up, difference, bias] = [wave(72, 1), wave(12, 2), wave(6 * 36, 3), wave(6, 4)] as const
    const weights = await adapted(
      'several',
      [
        tensor(`lora_unet_mid_block_resnets_0_conv1.lora_down.weight`, [2, 4, 3, 3], down),
        tensor(`lora_unet_mid_block_resnets_0_conv1.lora_up.weight`, [6, 2, 1, 1], up),
        tensor(`lora_unet_mid_block_resnets_0_conv1.alpha`, [], [4]),
      ],
      [
        tensor(`lora_unet_mid_block_resnets_0_conv1.diff`, [6, 4, 3, 3], difference),
        tensor(`lora_unet_mid_block_resnets_0_conv1.diff_b`, [6], bias),
      ],
    )
    const picture = { data: Float32Array.from(wave(4 * 25, 5)), shape: [1, 4, 5, 5] }
    const g = createGraph(weights)
    const x = g.input('x', 'float32', [1, 4, 'height', 'width'])
    g.output('y', g.conv(x, conv, { padding: 1, stride: 2 }), [1, 6, 'h', 'w'])
    const graph = g.finish('adapted', folder)

    const low = product(up, down, 6, 2, 36)
    for (const [first, second] of [
      [0, 0],
      [0.6, -0.5],
    ] as const) {
      const strength = (value: number) => ({ data: Float32Array.of(value), shape: [] })
      const feeds = { x: picture, 'adapter_scale.0': strength(first), 'adapter_scale.1': strength(second) }
      const { y } = await runGraph(graph, feeds)
      const sums = kernel.map(
        (value, i) => value + first * 2 * (low[i] as number) + second * (difference[i] as number),
      )
      const at = (out: number, row: number, column: number): number => {
        let sum = (wave(6, 9)[out] as number) + second * (bias[out] as number)
        for (let c = 0; c < 4; c++) {
          for (let ky = 0; ky < 3; ky++) {
            for (let kx = 0; kx < 3; kx++) {
              const [py, px] = [row * 2 + ky - 1, column * 2 + kx - 1]
              if (py < 0 || px < 0 || py > 4 || px > 4) continue
              sum +=
                (picture.data[(c * 5 + py) * 5 + px] as number) *
                (sums[((out * 4 + c) * 3 + ky) * 3 + kx] as number)
            }
          }
        }
        return sum
      }
      const expected = Array.from({ length: 54 }, (_, i) =>
        at(Math.floor(i / 9), Math.floor(i / 3) % 3, i % 3),
      )
      expect(largestDifference(y?.data ?? [], expected)).toBeLessThan(2e-5)
    }
  })

  it('are refused when they were made for another model', async () => {
    const wide = [
      tensor(`unet.${query}.lora_A.weight`, [2, 768], wave(1536, 1)),
      tensor(`unet.${query}.lora_B.weight`, [6, 2], wave(12, 1)),
    ]
    const refusal = await adapted('wide', wide).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(SanggarError)
    expect((refusal as SanggarError).failure.code).toBe('adapter-mismatch')
  })

  it('are told from other files', async () => {
    const path = join(folder, 'model.safetensors')
    const refusal = await openAdapter(path).catch((error: unknown) => error)
    expect((refusal as SanggarError).failure.code).toBe('model-unsupported')
  })
})
