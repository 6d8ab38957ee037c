import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { SanggarError } from '../../contract/errors.ts'
import { openAutoencoder } from '../checkpoints/autoencoder-file.ts'
import type { Component } from '../checkpoints/components.ts'
import { readSafetensorsHeader } from '../checkpoints/safetensors.ts'
import { safetensorsBytes, type TensorSpec } from '../checkpoints/safetensors-fixture.ts'
import { createGraph } from '../graph/graph.ts'
import { largestDifference, runGraph } from '../graph/graph-fixture.ts'
import { weightsOf, type Weight } from '../graph/weights.ts'
import { adapt } from './adapt.ts'
import { openAdapter } from './adapter-file.ts'
import { openEmbedding } from './embedding-file.ts'
import { mergedWeightGraph } from './merged-weight.ts'
import { product, tensor, wave } from './wave-fixture.ts'

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
      tensor('mid_block.resnets.0.norm1.weight', [4], wave(4, 10)),
      tensor('mid_block.resnets.0.norm1.bias', [4], wave(4, 11)),
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

  it.each([
    ['diff', 'diff_b'],
    ['w_norm', 'b_norm'],
  ])('change norms too (%s, %s)', async (gain, offset) => {
    const name = 'lora_unet_mid_block_resnets_0_norm1'
    const weights = await adapted(`norm-${gain}`, [
      tensor(`${name}.${gain}`, [4], wave(4, 1)),
      tensor(`${name}.${offset}`, [4], wave(4, 2)),
    ])
    const g = createGraph(weights)
    const x = g.input('x', 'float32', [1, 4, 2, 2])
    g.output('y', g.groupNorm(x, 'mid_block.resnets.0.norm1', { groups: 2, epsilon: 0 }), [1, 4, 2, 2])
    const { y } = await runGraph(g.finish('norm', folder), {
      x: { data: Float32Array.from(wave(16, 3)), shape: [1, 4, 2, 2] },
      'adapter_scale.0': { data: Float32Array.of(0.5), shape: [] },
    })
    const pixels = wave(16, 3)
    const expected = pixels.map((value, i) => {
      const group = pixels.slice(i < 8 ? 0 : 8, i < 8 ? 8 : 16)
      const mean = group.reduce((sum, one) => sum + one, 0) / 8
      const deviation = Math.sqrt(group.reduce((sum, one) => sum + (one - mean) ** 2, 0) / 8)
      const at = (phase: number): number => wave(4, phase)[Math.floor(i / 4)] as number
      return ((value - mean) / deviation) * (at(10) + 0.5 * at(1)) + at(11) + 0.5 * at(2)
    })
    expect(largestDifference(y?.data ?? [], expected)).toBeLessThan(1e-5)
  })

  it('say which of their modules are left out: no layer, no bias, half a change, or none that is known', async () => {
    const path = join(folder, 'partly.safetensors')
    const module = `unet.${query}`
    await writeFile(
      path,
      safetensorsBytes([
        tensor(`${module}.lora_A.weight`, [2, 4], wave(8, 1)),
        tensor(`${module}.lora_B.weight`, [6, 2], wave(12, 1)),
        tensor(`${module}.lora_B.bias`, [6], wave(6, 1)),
        tensor('unet.nowhere.lora_A.weight', [2, 4], wave(8, 1)),
        tensor('unet.nowhere.lora_B.weight', [6, 2], wave(12, 1)),
        tensor(`unet.${conv}.lora_A.weight`, [2, 4, 3, 3], wave(72, 1)),
        tensor('unet.strange.oft_diag', [2, 2], wave(4, 1)),
        tensor('unet.alone.alpha', [], [1]),
      ]),
    )
    const { unmatched } = adapt(networks, [await openAdapter(path)], 'model')
    expect(unmatched).toEqual([['unet.strange', `unet.${conv}`, module, 'unet.nowhere']])
  })

  const factors = (rank: number, other: number): TensorSpec[] => [
    tensor('lora_unet_mid_block_attentions_0_to_q.lora_down.weight', [rank, 4], wave(rank * 4, 1)),
    tensor('lora_unet_mid_block_attentions_0_to_q.lora_up.weight', [6, other], wave(6 * other, 1)),
  ]
  it.each([
    ['of two ranks', factors(2, 3)],
    ['of no rank', factors(0, 0)],
    [
      'with an alpha that is no number',
      [...factors(2, 2), tensor('lora_unet_mid_block_attentions_0_to_q.alpha', [], [Number.NaN])],
    ],
  ])('%s are damaged, not the model', async (name, specs) => {
    const path = join(folder, `${name}.safetensors`)
    await writeFile(path, safetensorsBytes(specs))
    const refusal = await openAdapter(path).catch((error: unknown) => error)
    expect((refusal as SanggarError).failure).toMatchObject({ code: 'model-damaged', path })
  })

  it.each([
    `unet.${query}.lora_A.weight`,
    `unet.${query}.lora_A.default.weight`,
    `unet.${query}.lora_A`,
    `unet.base_model.model.${query}.lora_A.weight`,
    `base_model.model.${query}.lora_A.weight`,
    `${query}.lora_A.weight`,
    `model.diffusion_model.middle_block.1.to_q.lora_A.weight`,
    `lora_unet_middle_block_1_to_q.lora_down.weight`,
    `mid_block.attentions.0.processor.to_q_lora.down.weight`,
  ])('are found by the name %s', async (down) => {
    const up = down.replace('lora_A', 'lora_B').replace('down', 'up')
    const weights = await adapted(`name-${down.replaceAll('/', '_')}`, [
      tensor(down, [2, 4], wave(8, 1)),
      tensor(up, [6, 2], wave(12, 1)),
    ])
    expect(weights.get(`${query}.weight`)?.deltas).toHaveLength(1)
  })

  it.each([
    'lora_te_text_model_encoder_layers_0_self_attn_q_proj',
    'text_encoder.text_model.encoder.layers.0.self_attn.q_proj',
    'text_encoder.base_model.model.text_model.encoder.layers.0.self_attn.q_proj',
    'base_model.model.text_model.encoder.layers.0.self_attn.q_proj',
    'text_encoders.clip_l.transformer.text_model.encoder.layers.0.self_attn.q_proj',
    'text_encoder.text_model.encoder.layers.0.self_attn.to_q',
  ])("find the text model's layer by the name %s", async (module) => {
    const path = join(folder, `text-${module}.safetensors`)
    await writeFile(
      path,
      safetensorsBytes([
        tensor(`${module}.lora_A.weight`, [2, 4], wave(8, 1)),
        tensor(`${module}.lora_B.weight`, [6, 2], wave(12, 1)),
      ]),
    )
    const layer = 'encoder.layers.0.self_attn.q_proj.weight'
    const frozen = networks.get('unet')?.weights.get(`${query}.weight`)
    const text = { type: 'CLIPTextModel', weights: new Map([[layer, frozen as Weight]]), config: {}, path }
    const both = new Map([...networks, ['text_encoder', text]])
    const { networks: result } = adapt(both, [await openAdapter(path)], 'model')
    expect(result.get('text_encoder')?.weights.get(layer)?.deltas).toHaveLength(1)
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

  it('learned words are found beside what a program notes of their training', async () => {
    const path = join(folder, 'word.safetensors')
    const note = { name: 'string_to_token.*', dtype: 'I64', shape: [], data: new Uint8Array(8) }
    await writeFile(path, safetensorsBytes([note, tensor('string_to_param.*', [2, 4], wave(8, 1))]))
    const { token, tables } = await openEmbedding(path)
    expect([token, tables.map(({ shape }) => shape)]).toEqual(['word', [[2, 4]]])
  })

  it('a table without a row is no learned word', async () => {
    const path = join(folder, 'no-word.safetensors')
    await writeFile(path, safetensorsBytes([tensor('emb_params', [0, 4], [])]))
    const refusal = await openEmbedding(path).catch((error: unknown) => error)
    expect((refusal as SanggarError).failure.code).toBe('model-unsupported')
  })

  const tiny = (half: string, inner: [number, number], outer: [number, number]): TensorSpec[] =>
    [inner, outer].map(([out, input], i) => ({
      ...tensor(`${half}.layers.${i * 9}.weight`, [out, input, 3, 3], wave(out * input * 9, i)),
    }))
  it.each([
    ['decoder', tiny('decoder', [8, 16], [3, 8])],
    ['encoder', tiny('encoder', [8, 3], [16, 8])],
  ])('a tiny autoencoder (%s) says how many channels its latents have', async (half, specs) => {
    const path = join(folder, `tiny-${half}.safetensors`)
    await writeFile(path, safetensorsBytes(specs))
    expect((await openAutoencoder(path)).config['latent_channels']).toBe(16)
  })

  it('are told from other files', async () => {
    const path = join(folder, 'model.safetensors')
    const refusal = await openAdapter(path).catch((error: unknown) => error)
    expect((refusal as SanggarError).failure.code).toBe('model-unsupported')
  })
})
