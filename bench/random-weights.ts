import { mkdir, open, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'

/** What a tensor of a made-up checkpoint holds. 'matrix': normal, its strength such that signals keep theirs. */
export type PlannedTensor = { name: string; shape: number[]; fill: 'matrix' | 'ones' | 'small' | 'table' }

const poolSize = 1 << 22

/** Standard normal numbers as bfloat16 (Marsaglia's polar method over a fixed sequence). */
function normalPool(): Uint16Array {
  const values = new Float32Array(poolSize)
  let state = 20_261_122
  const uniform = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state + 0.5) / 2 ** 31 - 1
  }
  for (let i = 0; i < poolSize; i += 2) {
    let [u, v, square] = [0, 0, 0]
    do {
      u = uniform()
      v = uniform()
      square = u * u + v * v
    } while (square >= 1 || square === 0)
    const factor = Math.sqrt((-2 * Math.log(square)) / square)
    values[i] = u * factor
    values[i + 1] = v * factor
  }
  const bits = new Uint32Array(values.buffer)
  return Uint16Array.from(bits, (word) => word >>> 16)
}

/** bfloat16 of `value`. */
const brain = (value: number): number => (new Uint32Array(Float32Array.of(value).buffer)[0] as number) >>> 16

const elements = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1)

/** The pool times a power of two, so that it is a matter of adding to exponents. */
function scaledPool(pool: Uint16Array, strength: number): Uint16Array {
  const exponent = Math.round(Math.log2(strength)) * 128
  // Numbers too small to be scaled become zero.
  return pool.map((bits) => ((bits & 0x7f80) + exponent > 0 ? bits + exponent : 0))
}

function strengthOf({ shape, fill }: PlannedTensor): number {
  if (fill === 'small') return 1 / 32
  if (fill === 'table') return 1 / 2
  return 1 / Math.sqrt(elements(shape.slice(1)))
}

async function writeTensor(
  file: FileHandle,
  tensor: PlannedTensor,
  pools: (strength: number) => Uint16Array,
  salt: number,
): Promise<void> {
  const count = elements(tensor.shape)
  if (tensor.fill === 'ones') {
    await file.write(new Uint8Array(new Uint16Array(count).fill(brain(1)).buffer))
    return
  }
  const pool = pools(strengthOf(tensor))
  // Every tensor starts at another place of the pool, so that no two are alike.
  let at = (salt * 7_919) % poolSize
  for (let done = 0; done < count;) {
    const length = Math.min(poolSize - at, count - done)
    await file.write(new Uint8Array(pool.buffer, at * 2, length * 2))
    done += length
    at = 0
  }
}

/**
 * Writes bfloat16 .safetensors under `folder`, in shards with an index when they exceed `shardBytes`.
 * `base`: "diffusion_pytorch_model" or "model".
 */
export async function writeRandomWeights(
  folder: string,
  base: string,
  tensors: PlannedTensor[],
  shardBytes = 5e9,
): Promise<number> {
  await mkdir(folder, { recursive: true })
  const shards: PlannedTensor[][] = [[]]
  let filled = 0
  for (const tensor of tensors) {
    const bytes = elements(tensor.shape) * 2
    if (filled + bytes > shardBytes && filled > 0) {
      shards.push([])
      filled = 0
    }
    shards.at(-1)?.push(tensor)
    filled += bytes
  }
  const pool = normalPool()
  const scaled = new Map<number, Uint16Array>()
  const pools = (strength: number): Uint16Array => {
    const key = Math.round(Math.log2(strength))
    const known = scaled.get(key) ?? scaledPool(pool, strength)
    scaled.set(key, known)
    return known
  }
  const places: Record<string, string> = {}
  let [total, salt] = [0, 1]
  for (const [i, shard] of shards.entries()) {
    const number = (value: number): string => String(value).padStart(5, '0')
    const name =
      shards.length === 1
        ? `${base}.safetensors`
        : `${base}-${number(i + 1)}-of-${number(shards.length)}.safetensors`
    const header: Record<string, unknown> = { __metadata__: { format: 'pt' } }
    let offset = 0
    for (const tensor of shard) {
      const bytes = elements(tensor.shape) * 2
      header[tensor.name] = { dtype: 'BF16', shape: tensor.shape, data_offsets: [offset, offset + bytes] }
      places[tensor.name] = name
      offset += bytes
    }
    total += offset
    const json = Buffer.from(JSON.stringify(header))
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(json.length))
    const file = await open(join(folder, name), 'w')
    try {
      await file.write(length)
      await file.write(json)
      for (const tensor of shard) await writeTensor(file, tensor, pools, salt++)
    } finally {
      await file.close()
    }
  }
  if (shards.length > 1) {
    const index = { metadata: { total_size: total }, weight_map: places }
    await writeFile(join(folder, `${base}.safetensors.index.json`), JSON.stringify(index, null, 1))
  }
  return total
}
