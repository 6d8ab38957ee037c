import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

import { SanggarError } from '../../contract/errors.ts'
import { weightsOf, type Weight } from '../graph/weights.ts'
import { parsePythonJson } from '../python-json.ts'
import { jsonLimit, readRegularFile, refusedFile } from '../regular-file.ts'
import { damaged } from './file-bytes.ts'
import type { ComponentConfig } from './inferred-config.ts'
import type { TensorTable } from './probe-finding.ts'
import { precisionOf } from './probe-precision.ts'
import { isShard } from './safetensors.ts'
import { readTensorFile } from './tensor-file.ts'

export async function readJson(path: string): Promise<ComponentConfig | undefined> {
  let text: string
  try {
    text = (await readRegularFile(path, jsonLimit)).toString()
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (cause instanceof RangeError) throw refusedFile(path, cause)
    throw damaged(path, 'cannot-be-opened', { reason: code ?? String(cause) }, cause)
  }
  try {
    // Some editors on Windows begin files with a byte order mark.
    const value = parsePythonJson(text.replace(/^\uFEFF/, ''))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as ComponentConfig
  } catch (cause) {
    throw damaged(path, 'not-json', {}, cause)
  }
  throw damaged(path, 'no-object', {})
}

export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw damaged(folder, 'cannot-be-opened', { reason: code ?? String(cause) }, cause)
  }
}

/** Plain names before variants, full precision before half: model.safetensors, then model.fp16.safetensors. */
function preferred(names: readonly string[]): string | undefined {
  const dots = (name: string): number => name.split('.').length
  return [...names].sort((a, b) => dots(a) - dots(b))[0]
}

/** A component's .safetensors, whole or in shards, in any precision variant, or else its GGUF; undefined for none. */
export async function weightFileIn(folder: string): Promise<string | undefined> {
  // macOS leaves `._model.safetensors` beside files on foreign drives.
  const names = (await namesIn(folder)).filter((name) => !name.startsWith('.'))
  const indices = names.filter((name) => /\.safetensors\.index(\.[a-z0-9]+)?\.json$/.test(name))
  const files = names.filter((name) => name.endsWith('.safetensors'))
  const whole = files.filter((name) => !isShard(name))
  const known = whole.filter((name) => /^(diffusion_pytorch_model|model|pytorch_model)\b/.test(name))
  // One GGUF is the part; several are a choice that somebody has to make.
  const packed = names.filter((name) => name.endsWith('.gguf'))
  const found =
    preferred(known) ??
    preferred(indices) ??
    preferred(whole) ??
    preferred(files) ??
    (packed.length === 1 ? packed[0] : undefined)
  return found === undefined ? undefined : join(folder, found)
}

/** Tensors of one component folder under the names they have there. */
export async function weightsIn(folder: string): Promise<Map<string, Weight>> {
  const file = await weightFileIn(folder)
  if (file === undefined) {
    throw new SanggarError({ code: 'model-folder-incomplete', path: folder, missing: '*.safetensors' })
  }
  const { path, tensors } = await readTensorFile(file)
  refuseQuantised(tensors, path)
  return weightsOf({ tensors })
}

/** Numbers that need factors which are not applied here would be read as other numbers. Throws 'model-unsupported'. */
export function refuseQuantised(tensors: TensorTable, path: string): void {
  const { label, quantised } = precisionOf(tensors)
  if (!quantised) return
  throw new SanggarError({ code: 'model-unsupported', path, kind: label, reason: 'quantised-unsupported' })
}

/**
 * The folder of a model in Hugging Face's cache, where `models--owner--name` keeps one folder for every state of it in
 * `snapshots` and `refs/main` names the one that was asked for; other folders as they are.
 */
export async function snapshotIn(folder: string): Promise<string> {
  const root = basename(folder) === 'snapshots' ? dirname(folder) : folder
  const snapshots = join(root, 'snapshots')
  const states = await namesIn(snapshots)
  const named = await readRegularFile(join(root, 'refs', 'main'), 1000).catch(() => undefined)
  const main = named?.toString().trim() ?? ''
  const state = states.includes(main) ? main : states.length === 1 ? states[0] : undefined
  return state === undefined ? folder : join(snapshots, state)
}
