import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readJson } from '../inference/model-folder.ts'
import { NotCompared } from './result.ts'

/** What a component's folder must hold for the reference's numbers to come out, whichever of them it has. */
const files: readonly (readonly [component: RegExp, file: RegExp])[] = [
  [/^scheduler$/, /^scheduler_config\.json$/],
  [/^tokenizer/, /^(tokenizer\.json|vocab\.json|spiece\.model)$/],
  [/./, /\.(onnx|safetensors)$/],
]

/** Throws `NotCompared` for a model that lacks what its own index names. */
export async function requireParts(model: string): Promise<void> {
  const index = (await readJson(join(model, 'model_index.json'))) ?? {}
  for (const [name, entry] of Object.entries(index)) {
    if (!Array.isArray(entry) || entry[0] === null) continue
    const file = files.find(([component]) => component.test(name))?.[1]
    const names = await readdir(join(model, name)).catch(() => [])
    if (file !== undefined && !names.some((one) => file.test(one))) throw new NotCompared(`absent: ${name}`)
  }
}
