import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readSafetensorsHeader } from '../../inference/checkpoints/safetensors.ts'
import { openModel } from '../../inference/running/open-model.ts'
import { adapterScheduler } from '../adapter-scheduler.ts'
import { storedTensors } from '../checkpoints/stored-run.ts'
import { type RunArguments, compareRun } from '../checkpoints/whole-run.ts'
import { type CaseResult, examine, guarded, skipped } from '../result.ts'

export const name = 'onnx-adapters'

type Description = { pipeline: string; args: RunArguments }

/** Every LoRA file over the ONNX folder of its model, whose weights have lost their names, at every stored scale. */
export async function* run(root: string): AsyncGenerator<CaseResult> {
  const folder = join(root, 'checkpoints', 'lora')
  const files = await readdir(folder).catch(() => [])
  const descriptions = files.filter((file) => file.endsWith('.expected.json'))
  if (descriptions.length === 0) yield skipped('adapters', 'checkpoints/lora/ is absent')
  for (const file of descriptions.toSorted((a, b) => a.localeCompare(b))) {
    yield* guarded(file, adapter(root, file.replace('.expected.json', '')))
  }
}

async function* adapter(root: string, id: string): AsyncGenerator<CaseResult> {
  const folder = join(root, 'checkpoints', 'lora')
  const description = await readFile(join(folder, `${id}.expected.json`), 'utf8')
  const { pipeline, args } = JSON.parse(description) as Description
  const model = join(root, 'pipelines', pipeline, 'onnx')
  if ((await stat(model).catch(() => undefined)) === undefined) {
    yield skipped(id, `${pipeline}/onnx is absent`)
    return
  }
  const stored = storedTensors(await readSafetensorsHeader(join(folder, `${id}.expected.safetensors`)))
  for (const latents of stored.names.filter((tensor) => tensor.endsWith('.latents_after_step'))) {
    const scale = latents.replace('.latents_after_step', '')
    yield await examine(`${id} ${scale}`, async () => {
      const notes: string[] = []
      const parts = await openModel(model, {
        adapters: [join(folder, `${id}.safetensors`)],
        scales: () => [Number(scale.replace('scale_', ''))],
        onNote: ({ code, detail }) => void notes.push(`${code} ${detail}`),
      })
      const scheduler = pipeline.startsWith('sd15') ? adapterScheduler : { ...parts.scheduler }
      const expected = {
        latentsAfterStep: await stored.tensor(latents),
        image: await stored.tensor(`${scale}.image`),
      }
      const start = await stored.tensor('input.latents')
      return [...notes, ...(await compareRun(parts, args, scheduler, start, expected))]
    })
  }
}
