import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { ggufBytes, toBlocks } from '../checkpoints/gguf-fixture.ts'
import { readTensorFile } from '../checkpoints/tensor-file.ts'
import { weightsOf, type Weight } from '../graph/weights.ts'
import { listCache } from './cache-folder.ts'
import { readWeight } from './read-weight.ts'
import { unpackedNetwork } from './unpacked-network.ts'

let folder = ''
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'sanggar-unpacked-')))
})
afterAll(() => rm(folder, { recursive: true }))

it('brings what lies in blocks and runs exactly to float32, once, and leaves the rest where it is', async () => {
  const path = join(folder, 'model.gguf')
  const wave = Float32Array.from({ length: 512 }, (_, i) => Math.sin(i))
  const packed = (name: string) => ({ name, shape: [2, 256], type: 12, data: toBlocks('Q4_K', wave) })
  const plain = { name: 'proj.bias', shape: [2], type: 0, data: new Uint8Array(8) }
  await writeFile(path, ggufBytes('test', [packed('proj.weight'), plain, packed('embed_tokens.weight')]))
  const weights = await weightsOf(await readTensorFile(path))
  const component = { type: 'test', weights, config: {}, path }
  const options = { model: path, network: 'unet', cacheFolder: join(folder, 'cache') }

  expect(await unpackedNetwork(component, options)).toBe(component)
  const first = await unpackedNetwork(component, { ...options, smallest: 1 })
  const again = await unpackedNetwork(component, { ...options, smallest: 1 })
  expect(again).toEqual(first)
  expect(await listCache(options.cacheFolder)).toHaveLength(1)
  const [before, after] = [component, first].map((network) => network.weights.get('proj.weight') as Weight)
  expect([before?.dtype, after?.dtype, after?.shape]).toEqual(['Q4_K', 'F32', [2, 256]])
  expect(await readWeight(after as Weight)).toEqual(await readWeight(before as Weight))
  for (const name of ['proj.bias', 'embed_tokens.weight']) {
    expect(first.weights.get(name)).toBe(weights.get(name))
  }
})
