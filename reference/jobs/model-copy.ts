import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RealStudio } from '../../core/testing/real-studio.ts'

let copied = 0

/** A copy of the model with a schedule of its own, registered; answers with its id. */
export async function addCopyWith(studio: RealStudio, weights: string, scheduler: object): Promise<string> {
  const folder = join(studio.root, `model-${++copied}`)
  await cp(weights, folder, { recursive: true, dereference: true })
  await mkdir(join(folder, 'scheduler'), { recursive: true })
  await writeFile(join(folder, 'scheduler', 'scheduler_config.json'), JSON.stringify(scheduler))
  return studio.addModel(folder)
}
