import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Checkpoint } from '../../inference/checkpoints/checkpoint.ts'
import { exportOnnx } from '../../inference/checkpoints/export-onnx.ts'
import { modelPartsOf } from '../../inference/checkpoints/model-parts-of.ts'
import { readModelFolder } from '../../inference/model-folder.ts'
import type { ModelParts } from '../../inference/model-parts.ts'
import { examine, type CaseResult } from '../result.ts'
import { makeFrom, type RunArguments } from './whole-run.ts'
import type { Tensor } from '../../inference/tensor.ts'

/** Largest difference in levels of 256 between two pictures. */
function levels(a: Tensor, b: Tensor): number {
  let largest = a.data.length === b.data.length ? 0 : Number.POSITIVE_INFINITY
  for (let i = 0; i < a.data.length; i++) {
    const [one, other] = [a, b].map(({ data }) => Math.round((data[i] as number) * 255))
    largest = Math.max(largest, Math.abs((one as number) - (other as number)))
  }
  return largest
}

/** The same picture, within one level, from a single file, from the folder, and from what is exported of either. */
export async function* examineThreeForms(
  id: string,
  single: Checkpoint,
  folder: Checkpoint,
  args: RunArguments,
  latents: Tensor,
): AsyncGenerator<CaseResult> {
  const place = await mkdtemp(join(tmpdir(), 'sanggar-forms-'))
  try {
    const picture = async (parts: ModelParts): Promise<Tensor> =>
      (await makeFrom(parts, args, { ...folder.configs['scheduler'] }, latents)).image
    const exact = await picture(modelPartsOf(folder))
    const same = async (parts: ModelParts): Promise<string[]> => {
      const difference = levels(await picture(parts), exact)
      return difference <= 1 ? [] : [`${difference} levels`]
    }
    yield await examine(`${id} as single file and as folder`, () => same(modelPartsOf(single)))
    for (const [name, checkpoint] of [
      ['single file', single],
      ['folder', folder],
    ] as const) {
      const target = join(place, name.replace(' ', '-'))
      yield await examine(`${id} exported from the ${name}`, async () => {
        await exportOnnx(checkpoint, target)
        return same(await readModelFolder(target))
      })
    }
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}
