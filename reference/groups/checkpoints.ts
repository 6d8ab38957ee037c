import { access, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'

import { openCheckpoint } from '../../inference/checkpoints/checkpoint.ts'
import { examineAdapters } from '../checkpoints/adapters.ts'
import { examineComponents } from '../checkpoints/components.ts'
import { examineEmbeddings } from '../checkpoints/embeddings.ts'
import { examineSingleFiles } from '../checkpoints/single-files.ts'
import { examineAutoencoders } from '../checkpoints/autoencoders.ts'
import { storedRuns } from '../checkpoints/stored-run.ts'
import { guarded, skipped, type CaseResult } from '../result.ts'

export const name = 'checkpoints'

/** diffusers folders of every precision, single files, adapters, embeddings and stand-alone autoencoders. */
export async function* run(folder: string): AsyncGenerator<CaseResult> {
  yield* diffusersFolders(join(folder, 'pipelines'))
  yield* guarded('single files', examineSingleFiles(folder))
  yield* guarded('adapters', examineAdapters(folder))
  yield* guarded('embeddings', examineEmbeddings(folder))
  yield* guarded('stand-alone vae', examineAutoencoders(join(folder, 'checkpoints', 'vae')))
}

async function* diffusersFolders(root: string): AsyncGenerator<CaseResult> {
  const pipelines: string[] = await readdir(root).catch(() => [])
  if (pipelines.length === 0) yield skipped('diffusers folders', 'pipelines/ is absent')
  for (const pipeline of pipelines.sort()) {
    for (const variant of ['', '-fp16', '-bf16']) {
      yield* guarded(`${pipeline}${variant}`, diffusersFolder(join(root, pipeline), variant))
    }
  }
}

async function* diffusersFolder(pipeline: string, variant: string): AsyncGenerator<CaseResult> {
  const runs = await storedRuns(join(pipeline, `expected${variant}`))
  if (runs.length === 0) return
  const label = `${basename(pipeline)}${variant}`
  const path = join(pipeline, `diffusers${variant}`)
  if ((await access(path).catch(() => 'absent')) === 'absent') {
    yield skipped(label, `diffusers${variant}/ is absent`)
    return
  }
  const checkpoint = await openCheckpoint(path)
  for (const stored of runs) yield* examineComponents(`${label} ${stored.id}`, checkpoint, stored)
}
