import { mkdir, mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { env } from 'onnxruntime-node'
import { afterAll, beforeEach, expect, it, vi } from 'vitest'

import { openCheckpoint } from '../checkpoints/checkpoint.ts'
import { findEntry, listCache } from './cache-folder.ts'
import type * as CpuFeatures from './cpu-features.ts'
import { cpuFeatures } from './cpu-features.ts'
import { packedGraph, preciseCheckpoint } from './precise-checkpoint.ts'

vi.setConfig({ testTimeout: 60_000 })
vi.mock('./cpu-features.ts', async (actual) => {
  const { cpuFeatures: real } = await actual<typeof CpuFeatures>()
  return { cpuFeatures: vi.fn(real) }
})

const model = fileURLToPath(new URL('../../reference/data/pipelines/sd15-tiny/diffusers', import.meta.url))
const costs = { linear: { fast: 0.5, balanced: 0.8 }, conv: { fast: 0.5, balanced: 0.8, tiled: 2 } }
const folders: string[] = []
let cacheFolder = ''
beforeEach(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'sanggar-foreign-'))
  folders.push(cacheFolder)
})
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))))

/** Opens the UNet in 8 bits and packed; whether each was made now. */
async function opened(): Promise<{ weights: boolean; packed: boolean }> {
  const checkpoint = await openCheckpoint(model)
  const options = { precision: 'fast', network: 'unet', cacheFolder, threads: 1, costs } as const
  const precise = await preciseCheckpoint(checkpoint, options)
  const packed = await packedGraph(precise.checkpoint, 'unet', { cacheFolder, threads: 1 })
  return { weights: precise.made, packed: packed.made }
}

it('what another processor made is not used', async () => {
  const { id, weightLimit } = await cpuFeatures()
  expect(await opened()).toEqual({ weights: true, packed: true })
  expect(await opened()).toEqual({ weights: false, packed: false })
  vi.mocked(cpuFeatures).mockResolvedValue({ id: `${id} amx_of_tomorrow`, weightLimit })
  expect(await opened()).toEqual({ weights: true, packed: true })
  vi.mocked(cpuFeatures).mockResolvedValue({ id, weightLimit })
  expect(await opened()).toEqual({ weights: false, packed: false })
})

it('nor what another version of ONNX Runtime made', async () => {
  expect(await opened()).toEqual({ weights: true, packed: true })
  const versions = vi.spyOn(env, 'versions', 'get').mockReturnValue({ ...env.versions, node: '0.0.1' })
  expect(await opened()).toEqual({ weights: true, packed: true })
  versions.mockRestore()
  expect(await opened()).toEqual({ weights: false, packed: false })
})

it('nor what a crash left half-written, under its name or before it had one', async () => {
  await opened()
  for (const { key } of await listCache(cacheFolder)) {
    const folder = join(cacheFolder, key)
    const { files } = JSON.parse(await readFile(join(folder, 'about.json'), 'utf8')) as {
      files: Record<string, number>
    }
    const [largest = '', bytes = 0] = Object.entries(files).sort(([, a], [, b]) => b - a)[0] ?? []
    await truncate(join(folder, largest), bytes - 1)
    expect(await findEntry(cacheFolder, key)).toBeUndefined()
    const partial = join(cacheFolder, `.${key}.999999999.partial`)
    await mkdir(partial)
    await writeFile(join(partial, largest), 'half')
  }
  expect(await opened()).toEqual({ weights: true, packed: true })
  expect(await opened()).toEqual({ weights: false, packed: false })
  expect((await readdir(cacheFolder)).filter((name) => name.endsWith('.partial'))).toHaveLength(2)
})
