import { readdir } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, normalize, sep } from 'node:path'

import { SanggarError } from '../../contract/errors.ts'
import { jsonLimit, readRegularFile, refusedFile } from '../regular-file.ts'
import { withAverages } from './averaged-keys.ts'
import { damaged, readBytes, withFile } from './file-bytes.ts'
import { strangerAt } from './foreign-file.ts'
import { duplicateKey } from './json-keys.ts'
import { bitsOf, elementCount, shapeText, widen } from './number-format.ts'

export type TensorEntry = {
  dtype: string
  shape: number[]
  /** the file that holds it (one of several for a sharded checkpoint) */
  path: string
  /** absolute byte offsets in that file, end exclusive */
  begin: number
  end: number
}

export type SafetensorsFile = {
  /** the file, or the index of a sharded checkpoint */
  path: string
  /** bytes, all shards together */
  size: number
  /** where the data begin; 0 for a sharded checkpoint */
  dataOffset: number
  metadata: Record<string, string>
  tensors: Map<string, TensorEntry>
}

export type ReadTensor = { dtype: string; shape: number[]; data: Float32Array }

const headerLimit = 100_000_000
const dimensionLimit = 64

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function entryOf(path: string, name: string, value: unknown, dataOffset: number, size: number): TensorEntry {
  const wrong = (): SanggarError => damaged(path, 'tensor-entry', { tensor: name })
  const fields = record(value)
  const dtype = fields?.['dtype']
  const shape = fields?.['shape']
  const offsets = fields?.['data_offsets']
  if (typeof dtype !== 'string') throw wrong()
  if (!Array.isArray(shape) || shape.length > dimensionLimit || !shape.every(isCount)) {
    throw wrong()
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw wrong()
  }
  const [first, last] = offsets as [number, number]
  if (last < first || dataOffset + last > size) throw damaged(path, 'tensor-outside', { tensor: name })
  const elements = elementCount(shape)
  const bits = bitsOf[dtype]
  if (!Number.isSafeInteger(elements)) throw wrong()
  if (bits !== undefined && Math.ceil((elements * bits) / 8) !== last - first) {
    throw damaged(path, 'tensor-size', {
      tensor: name,
      bytes: last - first,
      type: `${dtype} [${shape.join(', ')}]`,
    })
  }
  return { dtype, shape, path, begin: dataOffset + first, end: dataOffset + last }
}

function refuseOverlaps(path: string, tensors: Map<string, TensorEntry>): void {
  const ordered = [...tensors].filter(([, entry]) => entry.end > entry.begin)
  ordered.sort(([, a], [, b]) => a.begin - b.begin)
  for (let i = 1; i < ordered.length; i++) {
    const [previous, before] = ordered[i - 1] as [string, TensorEntry]
    const [name, entry] = ordered[i] as [string, TensorEntry]
    if (entry.begin < before.end) throw damaged(path, 'tensors-overlap', { tensor: previous, other: name })
  }
}

/** torch.compile saves a network under the names of its wrapper: that part of a name says nothing. */
const plainName = (name: string): string => name.replaceAll('_orig_mod.', '')

/** What training programs put before every name of a checkpoint that they saved as a whole. */
const wrappers = ['state_dict.', 'module.', 'model.']

function withoutWrapper(tensors: Map<string, TensorEntry>): Map<string, TensorEntry> {
  const names = [...tensors.keys()]
  const wrapper = wrappers.find((candidate) => names.every((name) => name.startsWith(candidate)))
  if (wrapper === undefined || names.length === 0) return tensors
  // Denoisers alone, language models and upscalers have names of their own under `model.`.
  const whole = `${wrapper}model.diffusion_model.`
  if (wrapper === 'model.' && !names.some((name) => name.startsWith(whole))) return tensors
  return new Map([...tensors].map(([name, entry]) => [name.slice(wrapper.length), entry]))
}

/**
 * The header of a .safetensors file; the data are not touched. Every offset has been checked against the file,
 * its neighbours and dtype x shape. Throws 'model-damaged' or 'path-not-found'.
 * Format: https://github.com/huggingface/safetensors#format
 */
export async function readSafetensorsHeader(path: string): Promise<SafetensorsFile> {
  return withFile(path, async (file, size) => {
    if (size === 0) throw damaged(path, 'empty', {})
    const start = new Uint8Array(await readBytes(file, path, 0, Math.min(size, 2048)))
    // A safetensors header begins with a brace behind its length.
    const stranger = start[8] === 0x7b ? undefined : strangerAt(path, start)
    if (stranger !== undefined) throw stranger
    if (size < 10) throw damaged(path, 'cut-off', { byte: size })
    const length = new DataView(start.buffer).getBigUint64(0, true)
    if (length > BigInt(headerLimit)) throw damaged(path, 'header-too-large', {})
    const dataOffset = 8 + Number(length)
    if (dataOffset > size) throw damaged(path, 'cut-off', { byte: size })
    const bytes = new Uint8Array(await readBytes(file, path, 8, Number(length)))
    let header: Record<string, unknown> | undefined
    try {
      header = record(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))
    } catch (cause) {
      throw damaged(path, 'header-damaged', {}, cause)
    }
    if (header === undefined) throw damaged(path, 'header-damaged', {})
    // JSON.parse keeps the last of two equal keys, so another reader could see other weights than we do.
    const twice = duplicateKey(bytes)
    if (twice !== undefined) throw damaged(path, 'tensor-twice', { tensor: twice })
    const metadata: Record<string, string> = {}
    for (const [key, value] of Object.entries(record(header['__metadata__']) ?? {})) {
      if (typeof value === 'string' && key !== '__proto__') metadata[key] = value
    }
    const tensors = new Map<string, TensorEntry>()
    for (const [name, value] of Object.entries(header)) {
      if (name === '__metadata__') continue
      const plain = plainName(name)
      if (tensors.has(plain)) throw damaged(path, 'tensor-twice', { tensor: plain })
      tensors.set(plain, entryOf(path, name, value, dataOffset, size))
    }
    refuseOverlaps(path, tensors)
    return { path, size, dataOffset, metadata, tensors: withAverages(withoutWrapper(tensors)) }
  })
}

/**
 * The shards of `*.safetensors.index.json` as one file. Shards may only lie in the index's own folder or below.
 * Throws 'model-folder-incomplete' when a shard is missing.
 */
export async function readShardedHeader(indexPath: string): Promise<SafetensorsFile> {
  let index: Record<string, unknown> | undefined
  try {
    index = record(JSON.parse((await readRegularFile(indexPath, jsonLimit)).toString()))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new SanggarError({ code: 'path-not-found', path: indexPath }, { cause })
    }
    if (cause instanceof RangeError) throw refusedFile(indexPath, cause)
    throw damaged(indexPath, 'not-json', {}, cause)
  }
  const places = record(index?.['weight_map'])
  if (places === undefined) throw damaged(indexPath, 'index-damaged', {})
  const shards = new Map<string, SafetensorsFile>()
  for (const shard of new Set(Object.values(places))) {
    if (typeof shard !== 'string') throw damaged(indexPath, 'index-damaged', {})
    const inside = normalize(shard)
    if (isAbsolute(inside) || inside === '..' || inside.startsWith(`..${sep}`)) {
      throw damaged(indexPath, 'outside-folder', { file: shard })
    }
    shards.set(shard, await readShard(join(dirname(indexPath), inside), indexPath, shard))
  }
  const tensors = new Map<string, TensorEntry>()
  for (const [stored, shard] of Object.entries(places)) {
    const name = plainName(stored)
    const entry = shards.get(shard as string)?.tensors.get(name)
    if (entry === undefined) throw damaged(indexPath, 'shard-lacks', { tensor: name })
    tensors.set(name, entry)
  }
  return together(indexPath, [...shards.values()], tensors)
}

function together(
  path: string,
  shards: readonly SafetensorsFile[],
  tensors: SafetensorsFile['tensors'],
): SafetensorsFile {
  const size = shards.reduce((sum, shard) => sum + shard.size, 0)
  const metadata: Record<string, string> = Object.assign({}, ...shards.map((shard) => shard.metadata))
  return { path, size, dataOffset: 0, metadata, tensors }
}

const shardName = /-(\d{5})-of-(\d{5})(?=\.)/

/** Whether the name is one of several parts of a checkpoint. */
export const isShard = (path: string): boolean => shardName.test(basename(path))

/**
 * The shards that one of them names as its siblings, where the index is away. Throws 'model-folder-incomplete' when
 * one is missing.
 */
export async function readLooseShards(path: string): Promise<SafetensorsFile> {
  const [name, folder] = [basename(path), dirname(path)]
  const count = Number(shardName.exec(name)?.[2])
  const present = new Set(await readdir(folder))
  const shards: SafetensorsFile[] = []
  const tensors = new Map<string, TensorEntry>()
  for (let i = 1; i <= count; i++) {
    const sibling = name.replace(shardName, `-${String(i).padStart(5, '0')}-of-$2`)
    if (!present.has(sibling)) {
      throw new SanggarError({ code: 'model-folder-incomplete', path: folder, missing: sibling })
    }
    const shard = await readSafetensorsHeader(join(folder, sibling))
    for (const [tensor, entry] of shard.tensors) tensors.set(tensor, entry)
    shards.push(shard)
  }
  return together(path, shards, tensors)
}

async function readShard(path: string, indexPath: string, missing: string): Promise<SafetensorsFile> {
  try {
    return await readSafetensorsHeader(path)
  } catch (cause) {
    if (cause instanceof SanggarError && cause.failure.code === 'path-not-found') {
      throw new SanggarError({ code: 'model-folder-incomplete', path: indexPath, missing }, { cause })
    }
    throw cause
  }
}

function entryNamed(file: SafetensorsFile, name: string): TensorEntry {
  const entry = file.tensors.get(name)
  if (entry === undefined) throw damaged(file.path, 'tensor-missing', { tensor: name })
  return entry
}

function widened(entry: TensorEntry, bytes: ArrayBuffer): Float32Array {
  const data = widen(entry.dtype, bytes)
  if (data === undefined) {
    throw new SanggarError({
      code: 'model-unsupported',
      path: entry.path,
      kind: 'tensor',
      reason: entry.dtype,
    })
  }
  return data
}

/** One tensor, widened to float32. */
export async function readTensor(file: SafetensorsFile, name: string): Promise<ReadTensor> {
  const entry = entryNamed(file, name)
  const data = await withFile(entry.path, async (handle) =>
    widened(entry, await readBytes(handle, entry.path, entry.begin, entry.end - entry.begin)),
  )
  return { dtype: entry.dtype, shape: entry.shape, data }
}

/**
 * Chosen rows of a [rows, width] table, widened to float32 [indices.length, width]: an embedding lookup
 * that never loads the table (Qwen3-4B's holds 389 million numbers).
 */
export async function readRows(
  file: SafetensorsFile,
  name: string,
  indices: readonly number[],
): Promise<ReadTensor> {
  const entry = entryNamed(file, name)
  const [rows, width] = entry.shape
  if (entry.shape.length !== 2 || rows === undefined || width === undefined || rows === 0) {
    throw damaged(entry.path, 'tensor-shape', {
      tensor: name,
      found: shapeText(entry.shape),
      wanted: shapeText([undefined, undefined]),
    })
  }
  const stride = (entry.end - entry.begin) / rows
  const data = new Float32Array(indices.length * width)
  await withFile(entry.path, async (handle) => {
    for (const [position, index] of indices.entries()) {
      if (!isCount(index) || index >= rows)
        throw damaged(entry.path, 'tensor-shape', {
          tensor: name,
          found: shapeText(entry.shape),
          wanted: shapeText([index + 1, width]),
        })
      data.set(
        widened(entry, await readBytes(handle, entry.path, entry.begin + index * stride, stride)),
        position * width,
      )
    }
  })
  return { dtype: entry.dtype, shape: [indices.length, width], data }
}
