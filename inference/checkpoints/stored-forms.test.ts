import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { largestDifference, runGraph, type Numbers } from '../graph/graph-fixture.ts'
import { below, weightsOf, type WeightSource } from '../graph/weights.ts'
import { relativeError } from '../precision/relative-error.ts'
import { readWeight } from '../precision/read-weight.ts'
import { openCheckpoint, withNetworks, type Checkpoint } from './checkpoint.ts'
import { componentTypeOf } from './components.ts'
import { blockPairs, outerPairs, resnetPairs, structureOfDiffusers } from './ldm-unet-keys.ts'
import { widen } from './number-format.ts'
import { probe } from './probe.ts'
import { safetensorsBytes, type TensorSpec } from './safetensors-fixture.ts'
import { readTensorFile } from './tensor-file.ts'

vi.setConfig({ testTimeout: 60_000 })

const pipelines = fileURLToPath(new URL('../../reference/data/pipelines/', import.meta.url))
const diffusers = (pipeline: string): string => join(pipelines, pipeline, 'diffusers')
let folder = ''
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'sanggar-forms-')))
})
afterAll(() => rm(folder, { recursive: true }))

const wave = (shape: number[], phase = 0): Numbers => ({
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * 0.7 + phase)),
  shape,
})
const floats = (name: string, shape: readonly number[], data: Float32Array): TensorSpec => ({
  name,
  dtype: 'F32',
  shape: [...shape],
  data: new Uint8Array(data.slice().buffer),
})

function network(checkpoint: Checkpoint, name: string): WeightSource {
  const found = checkpoint.networks.get(name)
  if (found === undefined) throw new Error(`no ${name}`)
  return found.weights
}

/** Every tensor under another name and, where it is asked, another shape. */
async function specsOf(
  weights: WeightSource,
  rename: (name: string) => string,
  shapeOf: (name: string, shape: readonly number[]) => readonly number[] = (_, shape) => shape,
): Promise<TensorSpec[]> {
  const specs: TensorSpec[] = []
  for (const [name, weight] of weights) {
    specs.push(floats(rename(name), shapeOf(name, weight.shape), await readWeight(weight)))
  }
  return specs
}

async function answers(
  checkpoint: Checkpoint,
  graph: string,
  feeds: Record<string, Numbers>,
): Promise<Float32Array[]> {
  return Object.values(await runGraph(checkpoint.graph(graph), feeds)).map(({ data }) => data)
}

/** diffusers' names of a UNet or ControlNet as CompVis has them. */
function ldmNames(weights: WeightSource): (name: string) => string {
  const pairs = [...outerPairs, ...blockPairs(structureOfDiffusers(weights))]
  return (name) => {
    const pair = pairs.find(([, theirs]) => name.startsWith(`${theirs}.`))
    if (pair === undefined) return name
    const rest = name.slice(pair[1].length + 1)
    const inner = pair[1].includes('.resnets.')
      ? resnetPairs.find(([, theirs]) => rest.startsWith(`${theirs}.`))
      : undefined
    return inner === undefined
      ? `${pair[0]}.${rest}`
      : `${pair[0]}.${inner[0]}.${rest.slice(inner[1].length + 1)}`
  }
}

const flow = {
  hidden_states: wave([1, 16, 1, 8, 8]),
  timestep: { data: Float32Array.of(0.3), shape: [1] },
  encoder_hidden_states: wave([1, 9, 32], 1),
}

describe('8-bit floats', () => {
  const tables = {
    F8_E4M3: widen('F8_E4M3', Uint8Array.from({ length: 256 }, (_, i) => i).buffer) ?? new Float32Array(),
    F8_E5M2: widen('F8_E5M2', Uint8Array.from({ length: 256 }, (_, i) => i).buffer) ?? new Float32Array(),
  }
  function nearest(dtype: keyof typeof tables, value: number): number {
    let best = 0
    for (const [bits, number] of tables[dtype].entries()) {
      if (Math.abs(number - value) < Math.abs((tables[dtype][best] as number) - value)) best = bits
    }
    return best
  }

  /** Matrices in 8-bit floats with a factor for all, or for each row, under `factor`; and what they stand for. */
  async function both(
    dtype: keyof typeof tables,
    factor: 'scale_weight' | 'weight_scale' | undefined,
    byRow = false,
  ) {
    const original = await openCheckpoint(diffusers('zimage-tiny'))
    const [stored, meant]: [TensorSpec[], TensorSpec[]] = [[], []]
    for (const [name, weight] of network(original, 'transformer')) {
      const numbers = await readWeight(weight)
      const { shape } = weight
      if (shape.length !== 2 || numbers.length > 4096 || !name.endsWith('.weight')) {
        stored.push(floats(name, shape, numbers))
        meant.push(floats(name, shape, numbers))
        continue
      }
      const rows = byRow ? (shape[0] ?? 1) : 1
      const each = numbers.length / rows
      const factors = Float32Array.from({ length: rows }, (_, row) =>
        factor === undefined
          ? 1
          : Math.max(...numbers.subarray(row * each, (row + 1) * each).map(Math.abs)) / 2,
      )
      const bits = Uint8Array.from(numbers, (value, i) =>
        nearest(dtype, value / (factors[Math.floor(i / each)] as number)),
      )
      const back = Float32Array.from(bits, (bit, i) =>
        Math.fround((tables[dtype][bit] as number) * (factors[Math.floor(i / each)] as number)),
      )
      stored.push({ name, dtype, shape: [...shape], data: bits })
      meant.push(floats(name, shape, back))
      if (factor !== undefined) {
        stored.push(floats(name.replace(/weight$/, factor), byRow ? [rows, 1] : [], factors))
      }
    }
    if (factor === 'scale_weight')
      stored.push({ name: 'scaled_fp8', dtype, shape: [2], data: new Uint8Array(2) })
    const place = await mkdtemp(join(folder, 'fp8-'))
    const paths = [join(place, 'stored.safetensors'), join(place, 'meant.safetensors')] as const
    await writeFile(paths[0], safetensorsBytes(stored))
    await writeFile(paths[1], safetensorsBytes(meant))
    return paths
  }

  it.each([
    ['F8_E4M3', undefined, false],
    ['F8_E5M2', undefined, false],
    ['F8_E4M3', 'scale_weight', false],
    ['F8_E4M3', 'weight_scale', true],
  ] as const)('%s with %s, a factor for each row: %s', async (dtype, factor, byRow) => {
    const [stored, meant] = await both(dtype, factor, byRow)
    expect(await probe(stored)).toMatchObject({ family: 'z-image', obstacle: 'parts-missing' })
    const companion = diffusers('zimage-tiny')
    const [one, other] = [
      await openCheckpoint(stored, { companion }),
      await openCheckpoint(meant, { companion }),
    ]
    const [a, b] = [await answers(one, 'transformer', flow), await answers(other, 'transformer', flow)]
    expect(largestDifference(a[0] ?? [], b[0] ?? [Number.NaN])).toBeLessThan(1e-6)
    const weight = network(one, 'transformer').get('layers.0.attention.to_q.weight')
    const right = network(other, 'transformer').get('layers.0.attention.to_q.weight')
    expect(weight?.dtype).toBe(dtype)
    expect(weight && (await readWeight(weight))).toEqual(right && (await readWeight(right)))
  })

  it('whose factors lie in blocks are named and not run', async () => {
    const data = new Uint8Array(64)
    const path = join(folder, 'blocks.safetensors')
    await writeFile(
      path,
      safetensorsBytes([
        floats('double_blocks.0.img_attn.norm.key_norm.scale', [2], new Float32Array(2)),
        { name: 'img_in.weight', dtype: 'F8_E4M3', shape: [8, 8], data },
        floats('img_in.weight_scale', [2, 2], new Float32Array(4)),
      ]),
    )
    expect(await probe(path)).toMatchObject({ precision: 'scaled float8', runs: false })
  })
})

describe('files by themselves', () => {
  it('shards by their index, outside a diffusers folder', async () => {
    const whole = await openCheckpoint(diffusers('zimage-tiny'))
    const specs = await specsOf(network(whole, 'transformer'), (name) => name)
    const home = join(folder, 'sharded')
    await mkdir(home)
    for (const part of ['text_encoder', 'vae', 'tokenizer', 'scheduler']) {
      await cp(join(diffusers('zimage-tiny'), part), join(home, part), { recursive: true })
    }
    const shards = [specs.filter((_, i) => i % 2 === 0), specs.filter((_, i) => i % 2 === 1)]
    const map: Record<string, string> = {}
    for (const [i, shard] of shards.entries()) {
      const name = `z-0000${i + 1}-of-00002.safetensors`
      await writeFile(join(home, name), safetensorsBytes(shard))
      for (const spec of shard) map[spec.name] = name
    }
    const index = join(home, 'z.safetensors.index.json')
    await writeFile(index, JSON.stringify({ metadata: {}, weight_map: map }))
    expect(await probe(index)).toMatchObject({ family: 'z-image', runs: true, missing: [] })
    const alone = await openCheckpoint(index, { companion: diffusers('zimage-tiny') })
    expect([...alone.networks.keys()].sort()).toEqual(['text_encoder', 'transformer', 'vae'])
    const [a, b] = [await answers(alone, 'transformer', flow), await answers(whole, 'transformer', flow)]
    expect(largestDifference(a[0] ?? [], b[0] ?? [Number.NaN])).toBeLessThan(1e-6)
  })

  it("SD 2.x: OpenCLIP's text tower, linear projections, v told by somebody", async () => {
    const tiny = await openCheckpoint(diffusers('sd15-tiny'))
    const unet = network(tiny, 'unet')
    const names = ldmNames(unet)
    const flat = (name: string, shape: readonly number[]) =>
      /proj_(in|out)\.weight$/.test(name) ? shape.slice(0, 2) : shape
    const specs = await specsOf(unet, (name) => `model.diffusion_model.${names(name)}`, flat)
    specs.push(...(await openClip(network(tiny, 'text_encoder'))))
    const path = join(folder, 'sd2.safetensors')
    await writeFile(path, safetensorsBytes(specs))
    expect(await probe(path)).toMatchObject({ family: 'sd2' })
    const companion = diffusers('sd15-tiny')
    const opened = await openCheckpoint(path, { companion })
    expect(opened.family).toBe('sd2')
    const feeds = {
      sample: wave([1, 4, 16, 16]),
      timestep: { data: Float32Array.of(300), shape: [1] },
      encoder_hidden_states: wave([1, 77, tiny.configs['unet']?.['cross_attention_dim'] as number]),
    }
    const [a, b] = [await answers(opened, 'unet', feeds), await answers(tiny, 'unet', feeds)]
    expect(relativeError(a[0] ?? [], b[0] ?? [Number.NaN])).toBeLessThan(1e-5)
    // The last block is left out, and what is left answers as the folder's text model does.
    const ids = { data: BigInt64Array.from({ length: 77 }, (_, i) => BigInt(1 + (i % 40))), shape: [1, 77] }
    const [c, d] = [
      await answers(opened, 'text_encoder', { input_ids: ids }),
      await answers(tiny, 'text_encoder', { input_ids: ids }),
    ]
    expect(relativeError(c[0] ?? [], d[0] ?? [Number.NaN])).toBeLessThan(1e-5)
  })

  it("a ControlNet in CompVis' names", async () => {
    const tiny = await openCheckpoint(diffusers('controlnet-sd15-tiny'))
    const weights = network(tiny, 'controlnet')
    const names = ldmNames(weights)
    const count = Math.max(
      ...[...weights.keys()].map((name) => Number(/cond_embedding\.blocks\.(\d+)/.exec(name)?.[1] ?? -1)),
    )
    const rename = (name: string): string =>
      `control_model.${names(name)
        .replace(/^controlnet_down_blocks\.(\d+)\./, 'zero_convs.$1.0.')
        .replace('controlnet_mid_block.', 'middle_block_out.0.')
        .replace('controlnet_cond_embedding.conv_in.', 'input_hint_block.0.')
        .replace(
          /^controlnet_cond_embedding\.blocks\.(\d+)\./,
          (_, n: string) => `input_hint_block.${2 * Number(n) + 2}.`,
        )
        .replace('controlnet_cond_embedding.conv_out.', `input_hint_block.${2 * count + 4}.`)}`
    const path = join(folder, 'control.safetensors')
    await writeFile(path, safetensorsBytes(await specsOf(weights, rename)))
    expect(await probe(path)).toMatchObject({ kind: 'controlnet' })
    const read = below(await weightsOf(await readTensorFile(path)), 'control_model.')
    const component = tiny.networks.get('controlnet')
    if (component === undefined) throw new Error('no ControlNet')
    const canonical = componentTypeOf('ControlNetModel', path).canonical(read)
    expect([...canonical.keys()].sort()).toEqual([...weights.keys()].sort())
    const own = withNetworks(tiny, new Map([['controlnet', { ...component, weights: canonical }]]))
    const feeds = {
      sample: wave([1, 4, 8, 8]),
      timestep: { data: Float32Array.of(300), shape: [1] },
      encoder_hidden_states: wave([1, 77, tiny.configs['unet']?.['cross_attention_dim'] as number]),
      controlnet_cond: wave([1, 3, 64, 64]),
      conditioning_scale: { data: Float32Array.of(1), shape: [] },
    }
    const [a, b] = [await answers(own, 'controlnet', feeds), await answers(tiny, 'controlnet', feeds)]
    for (const [i, data] of a.entries())
      expect(largestDifference(data, b[i] ?? [Number.NaN])).toBeLessThan(1e-6)
  })
})

/** transformers' text model as OpenCLIP's, with one more block, which SD 2.x does not use. */
async function openClip(weights: WeightSource): Promise<TensorSpec[]> {
  const specs: TensorSpec[] = []
  const prefix = 'cond_stage_model.model.'
  const blocks = new Map<string, TensorSpec[]>()
  for (const [name, weight] of weights) {
    const numbers = await readWeight(weight)
    const block = /^encoder\.layers\.(\d+)\.(.*)$/.exec(name)
    if (block === null) {
      const plain = name
        .replace('embeddings.token_embedding.', 'token_embedding.')
        .replace('embeddings.position_embedding.weight', 'positional_embedding')
        .replace('final_layer_norm.', 'ln_final.')
      specs.push(floats(prefix + plain, weight.shape, numbers))
      continue
    }
    const inner = (block[2] ?? '')
      .replace('layer_norm1.', 'ln_1.')
      .replace('layer_norm2.', 'ln_2.')
      .replace('mlp.fc1.', 'mlp.c_fc.')
      .replace('mlp.fc2.', 'mlp.c_proj.')
      .replace('self_attn.out_proj.', 'attn.out_proj.')
    const own = blocks.get(block[1] ?? '') ?? []
    own.push(floats(inner, weight.shape, numbers))
    blocks.set(block[1] ?? '', own)
  }
  const last = String(blocks.size - 1)
  blocks.set(String(blocks.size), blocks.get(last) ?? [])
  for (const [number, own] of blocks) {
    const at = `${prefix}transformer.resblocks.${number}.`
    for (const kind of ['weight', 'bias']) {
      const parts = ['q', 'k', 'v'].map((part) =>
        own.find(({ name }) => name === `self_attn.${part}_proj.${kind}`),
      )
      const data = Buffer.concat(parts.map((part) => part?.data ?? new Uint8Array()))
      const [rows = 0, ...rest] = parts[0]?.shape ?? []
      specs.push({ name: `${at}attn.in_proj_${kind}`, dtype: 'F32', shape: [rows * 3, ...rest], data })
    }
    for (const spec of own)
      if (!spec.name.startsWith('self_attn.')) specs.push({ ...spec, name: at + spec.name })
  }
  return specs
}
