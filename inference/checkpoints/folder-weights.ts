import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { readJson, weightFileIn } from './diffusers-folder.ts'

/** How the weights of one component lie in its folder. */
export type ComponentWeights =
  /** one file, or shards by their index or one of them */
  | { kind: 'safetensors'; path: string }
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
export function jsonIn(folder: string, name: string): Promise<Record<string, unknown> | undefined> {
  return readJson(join(folder, name))
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

/** The weights in a component's folder: .safetensors before everything else. */
export async function weightsIn(folder: string): Promise<ComponentWeights> {
  const file = await weightFileIn(folder)
  if (file !== undefined) return { kind: 'safetensors', path: file }
  const names = await namesIn(folder)
  const find = (pattern: RegExp): string | undefined => names.find((name) => pattern.test(name))
  const onnx = find(/^model\.onnx$/) ?? find(/\.onnx$/)
  if (onnx !== undefined) return { kind: 'onnx', path: join(folder, onnx) }
  if (find(/^openvino_.*\.xml$/) !== undefined) return { kind: 'openvino' }
  if (find(/\.(bin|pt|pth|ckpt)$/) !== undefined) return { kind: 'pickle' }
  return { kind: 'absent' }
}
