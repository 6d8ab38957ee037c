import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { SanggarError } from '../../contract/errors.ts'
import { openCheckpoint } from '../checkpoints/checkpoint.ts'
import { modelPartsOf } from '../checkpoints/model-parts-of.ts'
import { readModelFolder } from '../model-folder.ts'
import { type ModelParts, componentNames } from '../model-parts.ts'

/**
 * A model by its path: a folder of ONNX graphs, a diffusers folder or a single file of safetensors.
 * Throws 'model-not-found', 'model-folder-incomplete', 'model-damaged', 'model-unsupported'.
 */
export async function openModel(path: string): Promise<ModelParts> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) throw new SanggarError({ code: 'model-not-found', model: path })
  if (found.isDirectory() && (await isOnnxFolder(path))) return readModelFolder(path)
  return modelPartsOf(await openCheckpoint(path))
}

async function isOnnxFolder(path: string): Promise<boolean> {
  const graphs = componentNames.map((name) => stat(join(path, name, 'model.onnx')).catch(() => undefined))
  if ((await Promise.all(graphs)).some((file) => file !== undefined)) return true
  const hasIndex = (await stat(join(path, 'model_index.json')).catch(() => undefined)) !== undefined
  if (!hasIndex) {
    throw new SanggarError({ code: 'model-folder-incomplete', path, missing: 'model_index.json' })
  }
  return false
}
