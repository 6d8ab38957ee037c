import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { encodeModel } from '../graph/onnx.ts'
import { ggufBytes } from './gguf-fixture.ts'
import { probe } from './probe.ts'
import { writeSparse, type SparseTensors } from './sparse-fixture.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sanggar-size-'))
})
afterAll(() => rm(folder, { recursive: true }))

const small: SparseTensors = {
  'double_blocks.0.img_attn.norm.key_norm.scale': [128],
  'img_in.weight': [3072, 64],
  'guidance_in.in_layer.weight': [3072, 256],
}
const block = (i: number, numbers: number): SparseTensors => ({
  [`double_blocks.${i}.img_mlp.0.weight`]: [numbers],
})

/** Every form writes a model of about so many bytes, most of them a hole in the disk. */
const forms: [string, (name: string, gigabytes: number) => Promise<string>][] = [
  [
    'one .safetensors',
    (name, gigabytes) => {
      const blocks = Array.from({ length: 20 }, (_, i) => block(i, (gigabytes * 1e9) / 40))
      return writeSparse(join(folder, `${name}.safetensors`), Object.assign({}, small, ...blocks))
    },
  ],
  [
    'the index of five shards',
    async (name, gigabytes) => {
      const place = join(folder, `${name}-shards`)
      await mkdir(place)
      const map: Record<string, string> = {}
      for (let i = 0; i < 5; i++) {
        const file = `model-0000${i + 1}-of-00005.safetensors`
        const tensors = { ...(i === 0 ? small : {}), ...block(i, (gigabytes * 1e9) / 10) }
        await writeSparse(join(place, file), tensors)
        for (const tensor of Object.keys(tensors)) map[tensor] = file
      }
      const index = join(place, 'model.safetensors.index.json')
      await writeFile(index, JSON.stringify({ metadata: {}, weight_map: map }))
      return index
    },
  ],
  [
    'GGUF',
    async (name, gigabytes) => {
      const rows = Math.round((gigabytes * 1e9) / (4096 / 32) / 34)
      const path = join(folder, `${name}.gguf`)
      const head = ggufBytes('flux', [
        { name: 'img_in.weight', shape: [3072, 64], type: 8, data: new Uint8Array(208_896) },
        { name: 'double_blocks.0.img_mlp.0.weight', shape: [rows, 4096], type: 8, data: new Uint8Array() },
      ])
      await writeFile(path, head)
      await truncate(path, head.length + rows * (4096 / 32) * 34)
      return path
    },
  ],
  [
    'ONNX with external data',
    async (name, gigabytes) => {
      const path = join(folder, `${name}.onnx`)
      const length = gigabytes * 1e9
      await writeFile(join(folder, `${name}.data`), '')
      await truncate(join(folder, `${name}.data`), length)
      const weight = {
        name: 'w',
        type: 'uint8',
        shape: [length],
        location: `${name}.data`,
        offset: 0,
        length,
      } as const
      await writeFile(
        path,
        encodeModel({
          name,
          opsets: { '': 21 },
          nodes: [],
          initialisers: [weight],
          inputs: [{ name: 'image', type: 'float32', shape: [1, 3, 'height', 'width'] }],
          outputs: [{ name: 'upscaled', type: 'float32', shape: [1, 3, 'h', 'w'] }],
        }),
      )
      return path
    },
  ],
]

it.each(forms)('%s of 20 GB costs no more time and memory than a small one', async (what, write) => {
  const name = what.replaceAll(/\W/g, '')
  const [little, large] = [await write(`${name}-1`, 0.02), await write(`${name}-20`, 20)]
  const before = await probe(little)
  const resident = process.memoryUsage().rss
  const started = performance.now()
  const passport = await probe(large)
  expect(performance.now() - started).toBeLessThan(1000)
  expect(process.memoryUsage().rss - resident).toBeLessThan(100_000_000)
  expect(passport.bytes).toBeGreaterThan(19_500_000_000)
  // As sure of it as of the small one, and of the same family.
  expect([passport.kind, passport.family, passport.layout]).toEqual([
    before.kind,
    before.family,
    before.layout,
  ])
})
