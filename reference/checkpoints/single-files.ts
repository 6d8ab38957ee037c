import { access, readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

import { openCheckpoint, type Checkpoint } from '../../inference/checkpoints/checkpoint.ts'
import { modelPartsOf } from '../../inference/checkpoints/model-parts-of.ts'
import { readSafetensorsHeader } from '../../inference/checkpoints/safetensors.ts'
import { examine, guarded, skipped, type CaseResult } from '../result.ts'
import { examineComponents } from './components.ts'
import { storedRuns, storedTensors } from './stored-run.ts'
import { examineThreeForms } from './three-forms.ts'
import { compareRun, type RunArguments } from './whole-run.ts'

type Description = { equals_pipeline: string; dtype: string; args?: RunArguments }

/** Every tensor that diffusers' own conversion knows is found under the same name, with the same shape. */
function namesAsMapped(single: Checkpoint, folder: Checkpoint): string[] {
  const problems: string[] = []
  for (const [network, { weights }] of folder.networks) {
    const found = single.networks.get(network)?.weights
    for (const [tensor, { shape }] of weights) {
      const other = found?.get(tensor)
      const same =
        other !== undefined && other.shape.reduce((a, b) => a * b, 1) === shape.reduce((a, b) => a * b, 1)
      if (!same) problems.push(`${network} ${tensor}`)
    }
    if (found !== undefined && found.size !== weights.size)
      problems.push(`${network} has ${found.size} tensors`)
  }
  return problems
}

/** A run of its own, where one is stored beside the file. */
async function* wholeRun(
  path: string,
  single: Checkpoint,
  { args }: Description,
): AsyncGenerator<CaseResult> {
  const file = await readSafetensorsHeader(`${path}.expected.safetensors`).catch(() => undefined)
  if (file === undefined || args === undefined) return
  const stored = storedTensors(file)
  yield await examine(`${basename(path)} run`, async () =>
    compareRun(
      modelPartsOf(single),
      args,
      { ...single.configs['scheduler'] },
      await stored.tensor('input.latents'),
      { latentsAfterStep: await stored.tensor('latents_after_step'), image: await stored.tensor('image') },
    ),
  )
}

/** Single files against the folder that holds the same weights; architecture parameters come from there too. */
export async function* examineSingleFiles(reference: string): AsyncGenerator<CaseResult> {
  const root = join(reference, 'checkpoints', 'single_file')
  const names: string[] = await readdir(root).catch(() => [])
  const ids = names.filter((file) => file.endsWith('.json')).map((file) => basename(file, '.json'))
  if (ids.length === 0) yield skipped('single files', 'checkpoints/single_file/ is absent')
  for (const id of ids.sort()) yield* guarded(id, examineSingleFile(reference, id))
}

async function* examineSingleFile(reference: string, id: string): AsyncGenerator<CaseResult> {
  const root = join(reference, 'checkpoints', 'single_file')
  const description = JSON.parse(await readFile(join(root, `${id}.json`), 'utf8')) as Description
  const companion = join(reference, description.equals_pipeline.replace(/ .*/, ''))
  if ((await access(companion).catch(() => 'absent')) === 'absent') {
    yield skipped(id, `${description.equals_pipeline} is absent`)
    return
  }
  const single = await openCheckpoint(join(root, `${id}.safetensors`), { companion })
  const folder = await openCheckpoint(companion)
  yield await examine(`${id} names`, () => namesAsMapped(single, folder))
  yield* wholeRun(join(root, id), single, description)
  if (description.dtype !== 'float32') return
  const runs = await storedRuns(join(companion, '..', 'expected'))
  const textOnly = runs.find(
    (run) =>
      run.has('input.latents') &&
      typeof run.args['prompt'] === 'string' &&
      run.args['clip_skip'] === undefined,
  )
  if (textOnly !== undefined) {
    const args = textOnly.args as unknown as RunArguments
    const latents = await textOnly.tensor('input.latents')
    yield* examineThreeForms(`${id} ${textOnly.id}`, single, folder, args, latents)
  }
  for (const stored of runs) {
    yield* examineComponents(`${id} ${stored.id}`, single, stored)
  }
}
