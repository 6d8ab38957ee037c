import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

import { SanggarError } from '../../contract/errors.ts'
import { weightsOf, type Weight } from '../graph/weights.ts'
import { parsePythonJson } from '../python-json.ts'
import { jsonLimit, readRegularFile } from '../regular-file.ts'
import type { ComponentConfig } from './inferred-config.ts'
import { readSafetensorsHeader, readShardedHeader } from './safetensors.ts'

export async function readJson(path: string): Promise<ComponentConfig | undefined> {
  let text: string
  try {
    text = (await readRegularFile(path, jsonLimit)).toString()
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new SanggarError({ code: 'model-damaged', path, detail: code ?? String(cause) }, { cause })
  }
  try {
    const value = parsePythonJson(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as ComponentConfig
  } catch (cause) {
    throw new SanggarError({ code: 'model-damaged', path, detail: 'is not JSON' }, { cause })
  }
  throw new SanggarError({ code: 'model-damaged', path, detail: 'is no JSON object' })
}

export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw new SanggarError({ code: 'model-damaged', path: folder, detail: code ?? String(cause) }, { cause })
  }
}

/** Plain names before variants, full precision before half: model.safetensors, then model.fp16.safetensors. */
function preferred(names: readonly string[]): string | undefined {
  const dots = (name: string): number => name.split('.').length
  return [...names].sort((a, b) => dots(a) - dots(b))[0]
}

/** A component's .safetensors, whole or in shards, in any precision variant; undefined where there is none. */
export async function weightFileIn(folder: string): Promise<string | undefined> {
  const names = await namesIn(folder)
  const indices = names.filter((name) => name.endsWith('.safetensors.index.json'))
  const shard = /-\d{5}-of-\d{5}\./
  const whole = names.filter((name) => name.endsWith('.safetensors') && !shard.test(name))
  const known = whole.filter((name) => /^(diffusion_pytorch_model|model|pytorch_model)\b/.test(name))
  const found = preferred(known) ?? preferred(indices) ?? preferred(whole)
  return found === undefined ? undefined : join(folder, found)
}

/** Tensors of one component folder under the names they have there. */
export async function weightsIn(folder: string): Promise<Map<string, Weight>> {
  const file = await weightFileIn(folder)
  if (file === undefined) {
    throw new SanggarError({ code: 'model-folder-incomplete', path: folder, missing: '*.safetensors' })
  }
  return weightsOf(await (file.endsWith('.json') ? readShardedHeader(file) : readSafetensorsHeader(file)))
}
