import { access, readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

import { adapt } from '../../inference/adapters/adapt.ts'
import { openAdapter } from '../../inference/adapters/adapter-file.ts'
import { mergedWeightGraph } from '../../inference/adapters/merged-weight.ts'
import { openCheckpoint, withNetworks, type Checkpoint } from '../../inference/checkpoints/checkpoint.ts'
import { modelPartsOf } from '../../inference/checkpoints/model-parts-of.ts'
import { readSafetensorsHeader } from '../../inference/checkpoints/safetensors.ts'
import { scaleInput } from '../../inference/graph/deltas.ts'
import { adapterScheduler } from '../adapter-scheduler.ts'
import { beyond, relativeDifference } from '../comparison.ts'
import { examine, guarded, skipped, type CaseResult } from '../result.ts'
import { runComponent } from './run-component.ts'
import { storedTensors, type StoredRun } from './stored-run.ts'
import { compareRun, type RunArguments } from './whole-run.ts'

type Description = { pipeline: string; num_modules: number; args: RunArguments }
type Stored = Pick<StoredRun, 'names' | 'has' | 'tensor'>

async function compareMerged(checkpoint: Checkpoint, stored: Stored, name: string): Promise<string[]> {
  const [, scale = '1', network = '', module = ''] =
    /^merged_scale_(-?[\d.]+)\.([a-z_0-9]+)\.(.*)\.weight$/.exec(name) ?? []
  const component = checkpoint.networks.get(network)
  if (component === undefined) return [`no ${network}`]
  const graph = mergedWeightGraph(component.weights, module.replace(/^text_model\./, ''), component.path)
  const result = await runComponent(graph, network, { [scaleInput(0)]: { scalar: Number(scale) } })
  return beyond(
    name,
    relativeDifference(result['weight']?.data ?? [], (await stored.tensor(name)).data),
    1e-6,
  )
}

async function* examineAdapter(reference: string, id: string): AsyncGenerator<CaseResult> {
  const folder = join(reference, 'checkpoints', 'lora')
  const description = JSON.parse(await readFile(join(folder, `${id}.expected.json`), 'utf8')) as Description
  const path = join(reference, 'pipelines', description.pipeline, 'diffusers')
  if ((await access(path).catch(() => 'absent')) === 'absent') {
    yield skipped(id, `pipelines/${description.pipeline}/diffusers is absent`)
    return
  }
  const base = await openCheckpoint(path)
  if (base.modelIndex['transformer'] !== undefined && !base.graphs.includes('transformer')) {
    yield skipped(id, 'no graph builder for its transformer yet')
    return
  }
  const file = await openAdapter(join(folder, `${id}.safetensors`))
  const { networks, unmatched } = adapt(base.networks, [file], path)
  const checkpoint = withNetworks(base, networks)
  yield await examine(`${id} modules`, () => [
    ...(file.modules.size === description.num_modules ? [] : [`${file.modules.size} modules`]),
    ...(unmatched[0] ?? []),
  ])
  const stored = storedTensors(await readSafetensorsHeader(join(folder, `${id}.expected.safetensors`)))
  for (const name of stored.names.filter((tensor) => tensor.startsWith('merged_scale_'))) {
    yield await examine(`${id} ${name}`, () => compareMerged(checkpoint, stored, name))
  }
  const scheduler = description.pipeline.startsWith('sd15')
    ? adapterScheduler
    : { ...base.configs['scheduler'] }
  for (const name of stored.names.filter((tensor) => tensor.endsWith('.latents_after_step'))) {
    const scale = name.replace('.latents_after_step', '')
    const parts = modelPartsOf(checkpoint, { adapterScales: () => [Number(scale.replace('scale_', ''))] })
    yield await examine(`${id} ${scale}`, async () =>
      compareRun(parts, description.args, scheduler, await stored.tensor('input.latents'), {
        latentsAfterStep: await stored.tensor(name),
        image: await stored.tensor(`${scale}.image`),
      }),
    )
  }
}

/** Every adapter: its module names, merged weights, and whole runs at every scale. */
export async function* examineAdapters(reference: string): AsyncGenerator<CaseResult> {
  const names: string[] = await readdir(join(reference, 'checkpoints', 'lora')).catch(() => [])
  const ids = names
    .filter((file) => file.endsWith('.expected.json'))
    .map((file) => basename(file, '.expected.json'))
  if (ids.length === 0) yield skipped('adapters', 'checkpoints/lora/ is absent')
  for (const id of ids.sort()) yield* guarded(id, examineAdapter(reference, id))
}
