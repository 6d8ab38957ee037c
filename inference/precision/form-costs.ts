import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { env } from 'onnxruntime-node'

import { readSafetensorsHeader } from '../checkpoints/safetensors.ts'
import { createGraph } from '../graph/graph.ts'
import { weightsOf, type WeightSource } from '../graph/weights.ts'
import { createGenerator } from '../random.ts'
import { openSession, type Feed } from '../session.ts'
import { cacheKey, partialFolder } from './cache-folder.ts'
import { cpuFeatures } from './cpu-features.ts'
import { quantisableLayers, withQuantised, writeQuantised } from './quantised-network.ts'
import { writeTensors } from './tensor-writer.ts'
import { withTiled, writeTiled } from './tiled-network.ts'

/** Processor time of a form, in times of the exact one: below 1 is faster. */
export type FormCosts = {
  linear: { fast: number; balanced: number }
  conv: { fast: number; balanced: number; tiled: number }
}

/** Of the size of a middle level of a UNet, small enough to be over in seconds. */
const width = 320
const pixels = 48
const runs = 3

const build = (weights: WeightSource, kind: 'linear' | 'conv', folder: string) => {
  const g = createGraph(weights)
  const shape = kind === 'linear' ? ['tokens', 2 * width] : [2, width, 'height', 'width']
  const x = g.input('x', 'float32', shape)
  g.output('y', kind === 'linear' ? g.linear(x, 'linear') : g.conv(x, 'conv', { padding: 1 }), shape)
  return g.finish('form costs', folder)
}

/** Processor seconds, the least of some runs: what other programs do meanwhile counts little. */
async function timeOf(
  weights: WeightSource,
  kind: 'linear' | 'conv',
  folder: string,
  threads: number,
): Promise<number> {
  const stage = 'form costs'
  const session = await openSession(build(weights, kind, folder), {
    executionProvider: 'cpu',
    threads,
    stage,
  })
  try {
    const shape = kind === 'linear' ? [2048, 2 * width] : [2, width, pixels, pixels]
    const data = createGenerator('1').randn(shape.reduce((product, side) => product * side, 1))
    const feeds: Record<string, Feed> = { x: { data, shape } }
    await session.run(feeds)
    let least = Number.POSITIVE_INFINITY
    for (let i = 0; i < runs; i++) {
      const before = process.cpuUsage()
      await session.run(feeds)
      const { user, system } = process.cpuUsage(before)
      least = Math.min(least, user + system)
    }
    return least
  } finally {
    await session.release()
  }
}

async function measure(folder: string, threads: number): Promise<FormCosts> {
  const { randn } = createGenerator('2')
  const path = join(folder, 'layers.safetensors')
  const shapes = { linear: [2 * width, 2 * width], conv: [width, width, 3, 3] }
  await writeTensors(
    path,
    Object.entries(shapes).map(([name, shape]) => ({ name: `${name}.weight`, dtype: 'F32', shape })),
    {},
    (async function* () {
      for (const shape of Object.values(shapes))
        yield new Uint8Array(randn(shape.reduce((product, side) => product * side, 1)).buffer)
    })(),
  )
  const weights = await weightsOf(await readSafetensorsHeader(path))
  const kinds = ['linear', 'conv'] as const
  const layers = kinds.flatMap((kind) => quantisableLayers(build(weights, kind, folder), weights))
  const { weightLimit } = await cpuFeatures()
  await writeQuantised(folder, layers, weights, { limit: weightLimit, threads })
  const times: Record<string, number> = {}
  for (const kind of kinds) {
    times[kind] = await timeOf(weights, kind, folder, threads)
    for (const form of ['fast', 'balanced'] as const) {
      const reduced = await withQuantised(weights, layers, folder, () => form)
      times[`${kind} ${form}`] = await timeOf(reduced, kind, folder, threads)
    }
  }
  const tiledLayers = layers.filter(({ use }) => use.tiled === true)
  await writeTiled(folder, tiledLayers, weights)
  times['conv tiled'] = await timeOf(await withTiled(weights, tiledLayers, folder), 'conv', folder, threads)
  const cost = (kind: 'linear' | 'conv', form: string): number =>
    Number(((times[`${kind} ${form}`] ?? 1) / (times[kind] ?? 1)).toFixed(3))
  return {
    linear: { fast: cost('linear', 'fast'), balanced: cost('linear', 'balanced') },
    conv: {
      fast: cost('conv', 'fast'),
      balanced: cost('conv', 'balanced'),
      tiled: cost('conv', 'tiled'),
    },
  }
}

async function keptCosts(path: string): Promise<FormCosts | undefined> {
  try {
    const costs = JSON.parse(await readFile(path, 'utf8')) as FormCosts
    const { linear, conv } = costs
    const all = [linear.fast, linear.balanced, conv.fast, conv.balanced, conv.tiled]
    return all.every((cost) => Number.isFinite(cost)) ? costs : undefined
  } catch {
    return undefined // Absent or damaged: timed anew.
  }
}

/**
 * [Note: Forms are timed where they run] Which form of a layer is fastest depends on the processor: with AMX 8 bits are
 * six times faster than float32, with VNNI three, with AVX2 hardly two and slower than Winograd's tiles. So one layer
 * of each kind is run in every form, once for a processor and version of ONNX Runtime, in a few seconds.
 */
export async function formCosts(cacheFolder: string, threads: number): Promise<FormCosts> {
  const { id } = await cpuFeatures()
  const key = cacheKey(['form costs', 1, env.versions.node ?? '', id, threads])
  const path = join(cacheFolder, `form-costs-${key}.json`)
  const known = await keptCosts(path)
  if (known !== undefined) return known
  const folder = await partialFolder(cacheFolder, key)
  try {
    const costs = await measure(folder, threads)
    const whole = join(folder, 'costs.json')
    await writeFile(whole, JSON.stringify(costs), { flush: true })
    await rename(whole, path)
    return costs
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
