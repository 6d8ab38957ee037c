import { access, readdir } from 'node:fs/promises'
import { join } from 'node:path'

import { openCheckpoint } from '../../inference/checkpoints/checkpoint.ts'
import { examineAdapters } from '../checkpoints/adapters.ts'
import { examineComponents } from '../checkpoints/components.ts'
import { examineEmbeddings } from '../checkpoints/embeddings.ts'
import { examineSingleFiles } from '../checkpoints/single-files.ts'
import { examineAutoencoders } from '../checkpoints/autoencoders.ts'
import { storedRuns } from '../checkpoints/stored-run.ts'
import { skipped, type CaseResult } from '../result.ts'

export const name = 'checkpoints'

/** diffusers folders of every precision, single files, adapters, embeddings and stand-alone autoencoders. */
export async function* run(folder: string): AsyncGenerator<CaseResult> {
  yield* diffusersFolders(join(folder, 'pipelines'))
  yield* examineSingleFiles(folder)
  yield* examineAdapters(folder)
  yield* examineEmbeddings(folder)
  yield* examineAutoencoders(join(folder, 'checkpoints', 'vae'))
}

async function* diffusersFolders(root: string): AsyncGenerator<CaseResult> {
  const pipelines: string[] = await readdir(root).catch(() => [])
  if (pipelines.length === 0) yield skipped('diffusers folders', 'pipelines/ is absent')
  for (const pipeline of pipelines.sort()) {
    for (const variant of ['', '-fp16', '-bf16']) {
      const runs = await storedRuns(join(root, pipeline, `expected${variant}`))
      if (runs.length === 0) continue
      const path = join(root, pipeline, `diffusers${variant}`)
      if ((await access(path).catch(() => 'absent')) === 'absent') {
        yield skipped(`${pipeline}${variant}`, `diffusers${variant}/ is absent`)
        continue
      }
      const checkpoint = await openCheckpoint(path)
      for (const stored of runs)
        yield* examineComponents(`${pipeline}${variant} ${stored.id}`, checkpoint, stored)
    }
  }
}
