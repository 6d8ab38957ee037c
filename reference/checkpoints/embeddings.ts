import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { openEmbedding } from '../../inference/adapters/embedding-file.ts'
import { openCheckpoint } from '../../inference/checkpoints/checkpoint.ts'
import { modelPartsOf } from '../../inference/checkpoints/model-parts-of.ts'
import { readSafetensorsHeader } from '../../inference/checkpoints/safetensors.ts'
import type { ModelParts, TokenizerName } from '../../inference/model-parts.ts'
import { examine, skipped, type CaseResult } from '../result.ts'
import { compareTensor, encodeText } from './components.ts'
import { storedTensors } from './stored-run.ts'

type First = { cases: { prompt: string; input_ids: number[] }[] }
type Dual = { prompt: string; ids_1: number[]; ids_2: number[] }

async function sameIds(
  parts: ModelParts,
  name: TokenizerName,
  prompt: string,
  ids: number[],
): Promise<string[]> {
  const tokenizer = await parts.tokenizers[name]?.()
  const found = [...(tokenizer?.encodePadded(prompt, 77).ids ?? [])]
  return found.join() === ids.join() ? [] : [`${name} ids ${found.join()}`]
}

/** Textual inversions of both forms, loaded in the order that the README names. */
export async function* examineEmbeddings(reference: string): AsyncGenerator<CaseResult> {
  const folder = join(reference, 'checkpoints', 'embeddings')
  if ((await access(folder).catch(() => 'absent')) === 'absent') {
    yield skipped('embeddings', 'checkpoints/embeddings/ is absent')
    return
  }
  const pipeline = (name: string): string => join(reference, 'pipelines', name, 'diffusers')
  if ((await access(pipeline('sd15-tiny')).catch(() => 'absent')) === 'absent') {
    yield skipped('embeddings', 'pipelines/sd15-tiny/diffusers is absent')
    return
  }
  const embeddings = [
    await openEmbedding(join(folder, 'sd15-style2-a1111.safetensors'), 'style2'),
    await openEmbedding(join(folder, 'sd15-mycat-diffusers.safetensors')),
  ]
  const parts = modelPartsOf(await openCheckpoint(pipeline('sd15-tiny')), { embeddings })
  const first = JSON.parse(await readFile(join(folder, 'sd15.expected.json'), 'utf8')) as First
  const stored = storedTensors(await readSafetensorsHeader(join(folder, 'sd15.expected.safetensors')))
  for (const [i, { prompt, input_ids: ids }] of first.cases.entries()) {
    yield await examine(`embeddings sd15 ${prompt}`, async () => {
      const [hidden] = await encodeText(parts, prompt)
      const expected = await stored.tensor(`case_${i}.prompt_embeds`)
      return [
        ...(await sameIds(parts, 'tokenizer', prompt, ids)),
        ...compareTensor('embeds', hidden, expected),
      ]
    })
  }

  const style = await openEmbedding(join(folder, 'sdxl-style-clip_l_clip_g.safetensors'), 'xlstyle')
  const dualParts = modelPartsOf(await openCheckpoint(pipeline('sdxl-tiny')), { embeddings: [style] })
  const dual = JSON.parse(await readFile(join(folder, 'sdxl.expected.json'), 'utf8')) as Dual
  const dualStored = storedTensors(await readSafetensorsHeader(join(folder, 'sdxl.expected.safetensors')))
  yield await examine(`embeddings sdxl ${dual.prompt}`, async () => {
    const [hidden, pooled] = await encodeText(dualParts, dual.prompt)
    return [
      ...(await sameIds(dualParts, 'tokenizer', dual.prompt, dual.ids_1)),
      ...(await sameIds(dualParts, 'tokenizer_2', dual.prompt, dual.ids_2)),
      ...compareTensor('embeds', hidden, await dualStored.tensor('prompt_embeds')),
      ...compareTensor('pooled', pooled, await dualStored.tensor('pooled_prompt_embeds')),
    ]
  })
}
