import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { jsonLimit, readRegularFile } from '../regular-file.ts'
import { damaged } from './file-bytes.ts'
import { readSafetensorsHeader, readShardedHeader, type SafetensorsFile } from './safetensors.ts'

/** How the weights of one component lie in its folder. */
export type ComponentWeights =
  | { kind: 'safetensors'; path: string }
  | { kind: 'shards'; path: string }
  | { kind: 'onnx'; path: string }
  | { kind: 'openvino' | 'pickle' | 'absent' }

export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch {
    return [] // A folder that is not there holds nothing: its absence is reported as a missing part.
  }
}

/** A JSON object in a folder, or undefined when there is no such file. Throws 'model-damaged' when it is not JSON. */
export async function jsonIn(folder: string, name: string): Promise<Record<string, unknown> | undefined> {
  const path = join(folder, name)
  const size = await bytesOf(path)
  if (size === 0) return undefined
  if (size > jsonLimit) throw damaged(path, 'is too large')
  let value: unknown
  try {
    value = JSON.parse((await readRegularFile(path, jsonLimit)).toString())
  } catch (cause) {
    throw damaged(path, 'is not JSON', cause)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw damaged(path, 'is no JSON object')
  return value as Record<string, unknown>
}

/** Size of a file; 0 when it is not there or is no file. */
export async function bytesOf(path: string): Promise<number> {
  try {
    const stats = await stat(path)
    return stats.isFile() ? stats.size : 0
  } catch {
    return 0
  }
}

/**
 * The weights in a component's folder: a single file before shards before half-precision variants, as diffusers
 * chooses when it is not told otherwise.
 */
export async function weightsIn(folder: string): Promise<ComponentWeights> {
  const names = await namesIn(folder)
  const find = (pattern: RegExp): string | undefined => names.find((name) => pattern.test(name))
  const plain = find(/^(diffusion_pytorch_model|model)\.safetensors$/)
  if (plain !== undefined) return { kind: 'safetensors', path: join(folder, plain) }
  const index =
    find(/^(diffusion_pytorch_model|model)\.safetensors\.index(\.[a-z0-9]+)?\.json$/) ??
    find(/\.safetensors\.index(\.[a-z0-9]+)?\.json$/)
  if (index !== undefined) return { kind: 'shards', path: join(folder, index) }
  const variantIndex = find(
    /\.(fp16|bf16|fp32)\.safetensors\.index\.json$|\.safetensors\.(fp16|bf16)\.index\.json$/,
  )
  if (variantIndex !== undefined) return { kind: 'shards', path: join(folder, variantIndex) }
  const shards = names.filter((name) => /-\d{5}-of-\d{5}\.safetensors$/.test(name))
  const single = names.filter((name) => name.endsWith('.safetensors') && !shards.includes(name))
  const preferred = single.find((name) => !/\.non_ema\./.test(name)) ?? single[0]
  if (preferred !== undefined) return { kind: 'safetensors', path: join(folder, preferred) }
  const onnx = find(/^model\.onnx$/) ?? find(/\.onnx$/)
  if (onnx !== undefined) return { kind: 'onnx', path: join(folder, onnx) }
  if (find(/^openvino_.*\.xml$/) !== undefined) return { kind: 'openvino' }
  if (find(/\.(bin|pt|pth|ckpt)$/) !== undefined) return { kind: 'pickle' }
  return { kind: 'absent' }
}

export async function openWeights(weights: {
  kind: 'safetensors' | 'shards'
  path: string
}): Promise<SafetensorsFile> {
  return weights.kind === 'shards' ? readShardedHeader(weights.path) : readSafetensorsHeader(weights.path)
}
