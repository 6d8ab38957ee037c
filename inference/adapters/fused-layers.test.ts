import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, it } from 'vitest'

import type { Component } from '../checkpoints/components.ts'
import { readSafetensorsHeader } from '../checkpoints/safetensors.ts'
import { safetensorsBytes, type TensorSpec } from '../checkpoints/safetensors-fixture.ts'
import { largestDifference, runGraph } from '../graph/graph-fixture.ts'
import { weightsOf } from '../graph/weights.ts'
import { adapt } from './adapt.ts'
import { openAdapter } from './adapter-file.ts'
import { mergedWeightGraph } from './merged-weight.ts'
import { product, tensor, wave } from './wave-fixture.ts'

const width = 4
/** Rows of each layer: three that published files fuse, and the wider one that single blocks fuse with them. */
const layers: Readonly<Record<string, number>> = {
  'transformer_blocks.0.attn.to_q': width,
  'transformer_blocks.0.attn.to_k': width,
  'transformer_blocks.0.attn.to_v': width,
  'transformer_blocks.0.attn.add_q_proj': width,
  'transformer_blocks.0.attn.add_k_proj': width,
  'transformer_blocks.0.attn.add_v_proj': width,
  'transformer_blocks.0.attn.to_out.0': width,
  'transformer_blocks.0.attn.to_add_out': width,
  'single_transformer_blocks.0.attn.to_q': width,
  'single_transformer_blocks.0.attn.to_k': width,
  'single_transformer_blocks.0.attn.to_v': width,
  'single_transformer_blocks.0.proj_mlp': 4 * width,
  'single_transformer_blocks.0.proj_out': width,
}
const frozen = Object.entries(layers).map(([name, rows], i) => ({ name, rows, data: wave(rows * width, i) }))

let folder = ''
let networks = new Map<string, Component>()
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'sanggar-fused-')))
  const path = join(folder, 'model.safetensors')
  await writeFile(
    path,
    safetensorsBytes(frozen.map(({ name, rows, data }) => tensor(`${name}.weight`, [rows, width], data))),
  )
  const weights = await weightsOf(await readSafetensorsHeader(path))
  networks = new Map([['transformer', { type: 'FluxTransformer2DModel', weights, config: {}, path }]])
})
afterAll(() => rm(folder, { recursive: true }))

/** [a, b] and [c, d] -> [a c, b d] */
function kronecker(first: number[], b: number, second: number[], c: number, d: number): number[] {
  const rows = (first.length / b) * c
  return Array.from({ length: rows * b * d }, (_, at) => {
    const [row, column] = [Math.floor(at / (b * d)), at % (b * d)]
    const outer = first[Math.floor(row / c) * b + Math.floor(column / d)] as number
    return outer * (second[(row % c) * d + (column % d)] as number)
  })
}

const low = (rows: number, name: string, [down, up]: readonly [string, string]) => {
  const [a, b] = [wave(2 * width, 7), wave(rows * 2, 8)]
  return {
    specs: [tensor(name + down, [2, width], a), tensor(name + up, [rows, 2], b)],
    change: product(b, a, rows, 2, width),
  }
}
const kohya = ['.lora_down.weight', '.lora_up.weight'] as const
const xlabs = ['.down.weight', '.up.weight'] as const

function hadamard(rows: number, name: string) {
  const parts = [wave(rows * 2, 1), wave(2 * width, 2), wave(rows * 2, 3), wave(2 * width, 4)] as const
  const [left, right] = [
    product(parts[0], parts[1], rows, 2, width),
    product(parts[2], parts[3], rows, 2, width),
  ]
  const names = ['hada_w1_a', 'hada_w1_b', 'hada_w2_a', 'hada_w2_b']
  const specs = names.map((part, i) =>
    tensor(`${name}.${part}`, i % 2 === 0 ? [rows, 2] : [2, width], parts[i] ?? []),
  )
  return { specs, change: left.map((value, i) => value * (right[i] as number)) }
}

function kroneckerOf(rows: number, name: string) {
  const [first, a, b] = [wave(4, 1), wave(rows / 2, 2), wave(width / 2, 3)] as const
  const second = product(a, b, rows / 2, 1, width / 2)
  const specs = [
    tensor(`${name}.lokr_w1`, [2, 2], first),
    tensor(`${name}.lokr_w2_a`, [rows / 2, 1], a),
    tensor(`${name}.lokr_w2_b`, [1, width / 2], b),
  ]
  return { specs, change: kronecker(first, 2, second, rows / 2, width / 2) }
}

const attention = (block: string) => ['to_q', 'to_k', 'to_v'].map((part) => `${block}.0.attn.${part}`)
const image = attention('transformer_blocks')
const words = ['add_q_proj', 'add_k_proj', 'add_v_proj'].map((part) => `transformer_blocks.0.attn.${part}`)
const single = attention('single_transformer_blocks')
const fusedSingle = [...single, 'single_transformer_blocks.0.proj_mlp']

// Which layers a change for so many rows belongs to, one after the other.
const cases: [name: string, made: { specs: TensorSpec[]; change: number[] }, layers: string[]][] = [
  ['LoRA, kohya', low(12, 'lora_unet_double_blocks_0_img_attn_qkv', kohya), image],
  ['LoHa, image', hadamard(12, 'lycoris_double_blocks_0_img_attn_qkv'), image],
  ['LoHa, single block', hadamard(28, 'lycoris_single_blocks_0_linear1'), fusedSingle],
  ['LoKr, words', kroneckerOf(12, 'lycoris_double_blocks_0_txt_attn_qkv'), words],
  ['LoKr, single block', kroneckerOf(28, 'diffusion_model.single_blocks.0.linear1'), fusedSingle],
  ['XLabs, image', low(12, 'double_blocks.0.processor.qkv_lora1', xlabs), image],
  ['XLabs, words', low(12, 'double_blocks.0.processor.qkv_lora2', xlabs), words],
  [
    'XLabs, out of the image',
    low(4, 'double_blocks.0.processor.proj_lora1', xlabs),
    ['transformer_blocks.0.attn.to_out.0'],
  ],
  [
    'XLabs, out of the words',
    low(4, 'diffusion_model.double_blocks.0.processor.proj_lora2', xlabs),
    ['transformer_blocks.0.attn.to_add_out'],
  ],
  ['XLabs, single block', low(12, 'single_blocks.0.processor.qkv_lora', xlabs), single],
  [
    'XLabs, out of a single block',
    low(4, 'single_blocks.0.processor.proj_lora', xlabs),
    ['single_transformer_blocks.0.proj_out'],
  ],
]

async function adapted(name: string, specs: TensorSpec[]) {
  const path = join(folder, `${name}.safetensors`)
  await writeFile(path, safetensorsBytes(specs))
  const { networks: result, unmatched } = adapt(networks, [await openAdapter(path)], 'model')
  return { weights: result.get('transformer')?.weights ?? new Map(), unmatched }
}

async function mergedLayers(weights: Awaited<ReturnType<typeof adapted>>['weights'], modules: string[]) {
  const feeds = { 'adapter_scale.0': { data: Float32Array.of(0.5), shape: [] } }
  const parts = modules.map(async (module) => {
    const { weight } = await runGraph(mergedWeightGraph(weights, module, folder), feeds)
    return [...(weight?.data ?? [])]
  })
  return (await Promise.all(parts)).flat()
}

it.each(cases)('%s: every layer takes its rows of what was learned for all', async (name, made, modules) => {
  const { weights, unmatched } = await adapted(name, made.specs)
  expect(unmatched).toEqual([[]])
  const changed = [...weights].filter(([, { deltas }]) => deltas !== undefined).map(([module]) => module)
  expect(new Set(changed)).toEqual(new Set(modules.map((module) => `${module}.weight`)))
  const before = modules.flatMap((module) => frozen.find((layer) => layer.name === module)?.data ?? [])
  const expected = before.map((value, i) => value + 0.5 * (made.change[i] as number))
  expect(largestDifference(await mergedLayers(weights, modules), expected)).toBeLessThan(2e-6)
})

it('rows of a fused layer take the lengths that were learned for them (DoRA)', async () => {
  const name = 'lora_unet_double_blocks_0_img_attn_qkv'
  const { specs, change } = low(12, name, kohya)
  const lengths = wave(12, 5).map((value) => 2 + value)
  const { weights } = await adapted('dora', [...specs, tensor(`${name}.dora_scale`, [12, 1], lengths)])
  const before = image.flatMap((module) => frozen.find((layer) => layer.name === module)?.data ?? [])
  const whole = before.map((value, i) => value + (change[i] as number))
  const expected = whole.map((value, i) => {
    const row = Math.floor(i / width)
    const length = Math.hypot(...whole.slice(row * width, (row + 1) * width))
    // At half strength, halfway from the frozen to the changed one.
    return ((before[i] as number) + (value * (lengths[row] as number)) / length) / 2
  })
  expect(largestDifference(await mergedLayers(weights, image), expected)).toBeLessThan(2e-6)
})

it('lengths of columns, which all layers of a fused one share, are left out and said', async () => {
  const name = 'lora_unet_double_blocks_0_img_attn_qkv'
  const { specs } = low(12, name, kohya)
  const out = low(4, 'lora_unet_double_blocks_0_img_attn_proj', kohya).specs
  const columns = tensor(`${name}.dora_scale`, [1, width], wave(width, 5))
  const { unmatched } = await adapted('columns', [...specs, columns, ...out])
  expect(unmatched).toEqual([[name]])
})
