import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { toHalf } from '../inference/half.ts'
import { createGenerator } from '../inference/random.ts'
import { classes, type RandomModel } from './model-sizes.ts'
import type { Shapes } from './tensor-shapes.ts'

export type StoredType = 'F16' | 'F32'

/** Numbers drawn once; every tensor takes a stretch of them from another place. */
const pool = 1 << 22

/** Kernels ~ N(0, 1/fan_in), gains about 1, biases about 0: activations keep their size through the network. */
function scaleOf(name: string, shape: readonly number[]): { mean: number; deviation: number } {
  if (name.endsWith('.bias')) return { mean: 0, deviation: 0.02 }
  if (shape.length === 1) return { mean: 1, deviation: 0.1 }
  if (name.includes('embedding.weight')) return { mean: 0, deviation: 0.02 }
  return { mean: 0, deviation: 1 / Math.sqrt(shape.slice(1).reduce((product, side) => product * side, 1)) }
}

function bytesOf(numbers: Float32Array, type: StoredType): Uint8Array {
  if (type === 'F32') return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
  const halves = toHalf(numbers)
  return new Uint8Array(halves.buffer, halves.byteOffset, halves.byteLength)
}

async function writeNetwork(
  path: string,
  shapes: Shapes,
  type: StoredType,
  normal: Float32Array,
): Promise<void> {
  const width = type === 'F16' ? 2 : 4
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } }
  let offset = 0
  for (const [name, shape] of shapes) {
    const end = offset + shape.reduce((product, side) => product * side, width)
    header[name] = { dtype: type, shape, data_offsets: [offset, end] }
    offset = end
  }
  const json = new TextEncoder().encode(JSON.stringify(header))
  const start = new Uint8Array(8)
  new DataView(start.buffer).setBigUint64(0, BigInt(json.length), true)
  const file = await open(path, 'w')
  try {
    await file.writeFile(start)
    await file.writeFile(json)
    let from = 0
    for (const [name, shape] of shapes) {
      const { mean, deviation } = scaleOf(name, shape)
      const count = shape.reduce((product, side) => product * side, 1)
      for (let done = 0; done < count;) {
        const length = Math.min(count - done, pool - from)
        const numbers = normal.subarray(from, from + length).map((value) => mean + deviation * value)
        await file.writeFile(bytesOf(numbers, type))
        done += length
        // An odd stride, so that no two tensors are alike.
        from = (from + length + 12_345) % pool
      }
    }
  } finally {
    await file.close()
  }
}

/** A diffusers folder of published size and random content; one that is complete already is left as it is. */
export async function writeRandomModel(folder: string, model: RandomModel, type: StoredType): Promise<void> {
  if ((await stat(folder).catch(() => undefined)) !== undefined) return
  const partial = `${folder}.partial`
  await rm(partial, { recursive: true, force: true })
  const normal = createGenerator('1').randn(pool)
  for (const [name, { file, shapes, config }] of Object.entries(model.networks)) {
    await mkdir(join(partial, name), { recursive: true })
    await writeFile(join(partial, name, 'config.json'), JSON.stringify(config, undefined, 2))
    await writeNetwork(join(partial, name, file), shapes, type, normal)
  }
  await mkdir(join(partial, 'scheduler'), { recursive: true })
  await writeFile(
    join(partial, 'scheduler', 'scheduler_config.json'),
    JSON.stringify(model.scheduler, undefined, 2),
  )
  const parts = Object.fromEntries(Object.keys(model.networks).map((name) => [name, classes[name]]))
  await writeFile(
    join(partial, 'model_index.json'),
    JSON.stringify({ ...model.index, ...parts }, undefined, 2),
  )
  await rename(partial, folder)
}
