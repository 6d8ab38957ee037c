import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { SanggarError } from '../../contract/errors.ts'
import { namesIn } from '../checkpoints/folder-weights.ts'
import type { GraphSource } from '../session-source.ts'

/** An .onnx file, or the one in a folder. Throws 'model-not-found', 'model-folder-incomplete'. */
export async function oneGraph(path: string): Promise<GraphSource> {
  const stats = await stat(path).catch((cause: unknown) => {
    throw new SanggarError({ code: 'model-not-found', model: path }, { cause })
  })
  if (!stats.isDirectory()) return { kind: 'file', path }
  const name = (await namesIn(path)).find((entry) => entry.endsWith('.onnx'))
  if (name === undefined) {
    throw new SanggarError({ code: 'model-folder-incomplete', path, missing: 'model.onnx' })
  }
  return { kind: 'file', path: join(path, name) }
}

/** The side of a graph's square input; `usual` where it takes any. */
export function squareSide(shape: readonly (number | string)[], usual: number): number {
  const [rows, columns] = shape.slice(2)
  return typeof rows === 'number' && rows > 0 && rows === columns ? rows : usual
}
