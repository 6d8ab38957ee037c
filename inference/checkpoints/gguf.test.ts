import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { createGraph } from '../graph/graph.ts'
import { largestDifference, runGraph, type Numbers } from '../graph/graph-fixture.ts'
import { weightsOf } from '../graph/weights.ts'
import { readWeight } from '../precision/read-weight.ts'
import { openCheckpoint, type Checkpoint } from './checkpoint.ts'
import ggml from './ggml-blocks.json' with { type: 'json' }
import { blockFormats, fromBlocks } from './ggml-blocks.ts'
import digests from './ggml-digests.json' with { type: 'json' }
import { ggufBytes, toBlocks, type GgufTensor } from './gguf-fixture.ts'
import { probe } from './probe.ts'
import { type PublishedPipeline, writePublished } from './published-names-fixture.ts'
import { readSafetensorsHeader, readTensor } from './safetensors.ts'
import { safetensorsBytes, type TensorSpec } from './safetensors-fixture.ts'
import { readTensorFile } from './tensor-file.ts'

vi.setConfig({ testTimeout: 60_000 })

const reference = fileURLToPath(new URL('../../reference/data/', import.meta.url))
const types: Record<string, number> = {
  Q4_0: 2,
  Q4_1: 3,
  Q5_0: 6,
  Q5_1: 7,
  Q8_0: 8,
  Q2_K: 10,
  Q3_K: 11,
  Q4_K: 12,
  Q5_K: 13,
  Q6_K: 14,
  IQ4_NL: 20,
  IQ4_XS: 23,
}
let folder = ''
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'sanggar-gguf-')))
})
afterAll(() => rm(folder, { recursive: true }))

describe("ggml's blocks", () => {
  it.each(Object.entries(ggml))('%s: read as ggml reads them, here and in a graph', async (dtype, block) => {
    const bytes = new Uint8Array(Buffer.from(block.blocks, 'base64'))
    expect(largestDifference(fromBlocks(dtype, bytes.slice().buffer) ?? [], block.numbers)).toBe(0)

    const path = join(folder, `${dtype}.gguf`)
    const tensor = { name: 'w.weight', shape: [2, 32], type: types[dtype] ?? -1, data: bytes }
    const before = { name: 'odd', shape: [3], type: 0, data: new Uint8Array(12) }
    await writeFile(path, ggufBytes('test', [before, tensor]))
    const g = createGraph(await weightsOf(await readTensorFile(path)))
    g.output('whole', g.weight('w.weight'), [2, 32])
    g.output('row', g.linear(g.input('x', 'float32', [1, 32]), 'w', { rows: [1, 2] }), [1, 1])
    const x = { data: new Float32Array(32).fill(1), shape: [1, 32] }
    const results = await runGraph(g.finish('blocks', path), { x })
    expect(largestDifference(results['whole']?.data ?? [], block.numbers)).toBe(0)
    const second = block.numbers.slice(32).reduce((sum, value) => sum + value, 0)
    expect(results['row']?.data[0]).toBeCloseTo(second, 4)
  })
})

/** Blocks without bits, of nothing but bits, and of chance bits: all scales that half precision has, NaN among them. */
function anyBlocks(dtype: string): Uint8Array {
  const { bytes = 0 } = blockFormats[dtype] ?? {}
  const chance = Array.from({ length: 254 }, (_, block) => {
    const parts = Array.from({ length: Math.ceil(bytes / 32) }, (_part, i) =>
      createHash('sha256').update(`${dtype} ${block} ${i}`).digest(),
    )
    return Buffer.concat(parts).subarray(0, bytes)
  })
  return Buffer.concat([Buffer.alloc(bytes), Buffer.alloc(bytes, 255), ...chance])
}

/** NaN has many forms in bits. */
const digestOf = (numbers: Float32Array): string => {
  const bits = new Uint32Array(numbers.buffer.slice(0))
  for (const [i, number] of numbers.entries()) if (Number.isNaN(number)) bits[i] = 0x7fc00000
  return createHash('sha256').update(new Uint8Array(bits.buffer)).digest('hex')
}

describe("every kind of ggml's blocks", () => {
  // Digests of what `gguf.quants.dequantize` (gguf 0.19.0 of PyPI) makes of these blocks.
  it.each(Object.entries(digests))(
    '%s: to the last bit what gguf makes of it',
    async (dtype, { sha256, start }) => {
      const bytes = anyBlocks(dtype)
      const numbers = fromBlocks(dtype, new Uint8Array(bytes).buffer) ?? new Float32Array()
      const size = numbers.length / 256
      expect([...numbers.subarray(2 * size, 2 * size + 4)]).toEqual(start)
      expect(digestOf(numbers)).toBe(sha256)

      const path = join(folder, `any-${dtype}.gguf`)
      const tensor = { name: 'w.weight', shape: [256, size], type: types[dtype] ?? -1, data: bytes }
      await writeFile(path, ggufBytes('test', [tensor]))
      const g = createGraph(await weightsOf(await readTensorFile(path)))
      g.output('whole', g.weight('w.weight'), [256, size])
      const { whole } = await runGraph(g.finish('blocks', path), {})
      expect(digestOf(whole?.data ?? new Float32Array())).toBe(sha256)
    },
  )
})

type Pair = { gguf: GgufTensor[]; plain: TensorSpec[] }

/** Every tensor of a file, matrices of whole blocks in `form`, the others as they are; and what that makes of them. */
async function converted(path: string, form: string): Promise<Pair> {
  const file = await readSafetensorsHeader(path)
  const { numbers: blockNumbers = 1 } = blockFormats[form] ?? {}
  const pair: Pair = { gguf: [], plain: [] }
  for (const [name, { dtype, shape }] of file.tensors) {
    const { data } = await readTensor(file, name)
    const inBlocks = dtype.startsWith('F') && shape.length === 2 && data.length % blockNumbers === 0
    const blocks = inBlocks ? toBlocks(form, data) : new Uint8Array()
    const narrow = inBlocks && (shape[1] ?? 0) % blockNumbers !== 0
    const stored = narrow ? { shape: [data.length / blockNumbers, blockNumbers], original: shape } : { shape }
    const floats = new Uint8Array(Float32Array.from(data).buffer)
    pair.gguf.push(
      inBlocks
        ? { name, ...stored, type: types[form] ?? -1, data: blocks }
        : { name, shape, type: 0, data: floats },
    )
    const numbers = inBlocks ? fromBlocks(form, new Uint8Array(blocks).buffer) : undefined
    const bytes = numbers === undefined ? floats : new Uint8Array(numbers.buffer)
    pair.plain.push({ name, dtype: 'F32', shape, data: bytes })
  }
  return pair
}

async function same(
  one: Checkpoint,
  other: Checkpoint,
  graph: string,
  feeds: Record<string, Numbers>,
): Promise<number> {
  const [a, b] = [await runGraph(one.graph(graph), feeds), await runGraph(other.graph(graph), feeds)]
  const [name = ''] = Object.keys(a)
  return largestDifference(a[name]?.data ?? [], b[name]?.data ?? [Number.NaN])
}

const wave = (shape: number[]): Numbers => ({
  data: Float32Array.from({ length: shape.reduce((product, side) => product * side, 1) }, (_, i) =>
    Math.sin(i),
  ),
  shape,
})

/** What the first step of a reference picture feeds. */
async function denoiserFeeds(pipeline: PublishedPipeline): Promise<Record<string, Numbers>> {
  if (pipeline === 'zimage-tiny') {
    return {
      hidden_states: wave([1, 16, 1, 8, 8]),
      timestep: { data: Float32Array.of(0.3), shape: [1] },
      encoder_hidden_states: wave([1, 9, 32]),
    }
  }
  const picture = pipeline === 'flux-tiny' ? 't2i_dev_rect_4' : 't2i_rect_4'
  const run = await readSafetensorsHeader(
    join(reference, 'pipelines', pipeline, 'expected', `${picture}.safetensors`),
  )
  const start = 'denoiser_in_0.'
  const names = [...run.tensors.keys()].filter((name) => name.startsWith(start))
  const feeds = names.map(async (name) => [name.slice(start.length), await readTensor(run, name)] as const)
  return Object.fromEntries(await Promise.all(feeds))
}

describe('a checkpoint in GGUF', () => {
  it("in stable-diffusion.cpp's names runs as its own numbers in .safetensors do", async () => {
    const { gguf, plain } = await converted(
      join(reference, 'checkpoints/single_file/sd15-tiny.safetensors'),
      'Q8_0',
    )
    expect(gguf.filter(({ type }) => type === 8).length).toBeGreaterThan(20)
    const paths = [join(folder, 'sd.gguf'), join(folder, 'sd.safetensors')] as const
    await writeFile(paths[0], ggufBytes('sd1', gguf))
    await writeFile(paths[1], safetensorsBytes(plain))
    expect(await probe(paths[0])).toMatchObject({ layout: 'gguf', family: 'sd1', runs: true })
    const companion = join(reference, 'pipelines/sd15-tiny/diffusers')
    const [one, other] = [
      await openCheckpoint(paths[0], { companion }),
      await openCheckpoint(paths[1], { companion }),
    ]
    const context = one.configs['unet']?.['cross_attention_dim'] as number
    const feeds = {
      sample: wave([1, 4, 16, 16]),
      timestep: { data: Float32Array.of(300), shape: [1] },
      encoder_hidden_states: wave([1, 77, context]),
    }
    expect(await same(one, other, 'unet', feeds)).toBeLessThan(1e-5)
    expect(await same(one, other, 'vae_decoder', { latent_sample: wave([1, 4, 8, 8]) })).toBeLessThan(1e-5)
  })

  it("of a transformer alone, in ComfyUI's way, finds its parts beside it", async () => {
    const home = join(folder, 'home')
    const diffusers = join(reference, 'pipelines/zimage-tiny/diffusers')
    await mkdir(home)
    for (const part of ['text_encoder', 'vae', 'tokenizer', 'scheduler']) {
      await cp(join(diffusers, part), join(home, part), { recursive: true })
    }
    const { gguf, plain } = await converted(
      join(diffusers, 'transformer/diffusion_pytorch_model.safetensors'),
      'Q4_0',
    )
    await writeFile(join(home, 'z.gguf'), ggufBytes('lumina2', gguf))
    expect(await probe(join(home, 'z.gguf'))).toMatchObject({ family: 'z-image', runs: true, missing: [] })
    await mkdir(join(folder, 'plain'))
    await writeFile(join(folder, 'plain', 'z.safetensors'), safetensorsBytes(plain))
    const one = await openCheckpoint(join(home, 'z.gguf'), { companion: diffusers })
    const other = await openCheckpoint(join(folder, 'plain', 'z.safetensors'), { companion: diffusers })
    const feeds = {
      hidden_states: wave([1, 16, 1, 8, 8]),
      timestep: { data: Float32Array.of(0.3), shape: [1] },
      encoder_hidden_states: wave([1, 9, 32]),
    }
    expect(await same(one, other, 'transformer', feeds)).toBeLessThan(1e-5)
    // What is brought to 8 bits starts from the same numbers.
    const weights = [...(one.networks.get('transformer')?.weights ?? [])]
    const [name = ''] = weights.find(([, { dtype }]) => dtype === 'Q4_0') ?? []
    const [packed, whole] = [one, other].map((from) => from.networks.get('transformer')?.weights.get(name))
    expect(packed && (await readWeight(packed))).toEqual(whole && (await readWeight(whole)))
  })

  // The converter of ComfyUI-GGUF drops the prefix, stable-diffusion.cpp keeps it.
  const prefixes = ['', 'model.diffusion_model.']
  const forms = ['Q8_0', 'Q4_K'] as const
  const published = [
    ['flux-tiny', 'flux', 'flux1', 12],
    ['sd3-tiny', 'sd3', 'sd3', 16],
    ['zimage-tiny', 'lumina2', 'z-image', 16],
  ] as const
  const cases = published.flatMap((one) =>
    prefixes.flatMap((prefix) => forms.map((form) => [...one, form, prefix] as const)),
  )
  it.each(cases)(
    '%s under published names, architecture %s, family %s: as its own numbers (%i matrices, %s, prefix "%s")',
    async (pipeline, architecture, family, matrices, form, prefix) => {
      const home = await mkdtemp(join(folder, 'published-'))
      const diffusers = join(reference, 'pipelines', pipeline, 'diffusers')
      await cp(diffusers, home, { recursive: true, filter: (from) => !from.endsWith('/transformer') })
      const [original, packed, whole] = ['original.safetensors', 'packed.gguf', 'whole.safetensors'].map(
        (name) => join(home, name),
      ) as [string, string, string]
      await writePublished(pipeline, original)
      const { gguf, plain } = await converted(original, form)
      expect(gguf.filter(({ type }) => type === types[form]).length).toBeGreaterThanOrEqual(matrices)
      const named = <Named extends { name: string }>(tensors: Named[]): Named[] =>
        tensors.map((tensor) => ({ ...tensor, name: prefix + tensor.name }))
      await writeFile(packed, ggufBytes(architecture, named(gguf)))
      await writeFile(whole, safetensorsBytes(named(plain)))
      expect(await probe(packed)).toMatchObject({ layout: 'gguf', family, runs: true, missing: [] })
      const [one, other] = [
        await openCheckpoint(packed, { companion: diffusers }),
        await openCheckpoint(whole, { companion: diffusers }),
      ]
      const feeds = await denoiserFeeds(pipeline)
      expect(await same(one, other, 'transformer', feeds)).toBeLessThan(1e-5)
    },
  )

  it('with kinds that are not read exactly is refused by name', async () => {
    const path = join(folder, 'k.gguf')
    const norm = { name: 'double_blocks.0.img_attn.norm.key_norm.scale', shape: [128], type: 0 }
    await writeFile(
      path,
      ggufBytes('flux', [
        { ...norm, data: new Uint8Array(512) },
        { name: 'img_in.weight', shape: [3072, 256], type: 18, data: new Uint8Array(301_056) },
      ]),
    )
    expect(await probe(path)).toMatchObject({
      family: 'flux1',
      precision: 'IQ3_XXS',
      runs: false,
      obstacle: 'gguf-unsupported',
    })
  })
})
