import { join } from 'node:path'
import { expect, test } from 'vitest'
import { referenceFolder } from '../../reference/group-list.ts'
import { readModelFolder } from '../model-folder.ts'
import { ModelSessions } from '../model-sessions.ts'
import { createGenerator } from '../random.ts'
import type { Tensor } from '../tensor.ts'
import type { PictureRequest } from './pipeline.ts'
import { familyOf } from './registry.ts'

const words = { prompt: 'a red cat', promptSyntax: 'weighted' as const }

/** What the text encoders make of the words, for the prompt (0) and its pooled vector (2). */
async function encoded(model: string, prompts: readonly Partial<PictureRequest>[]) {
  const parts = await readModelFolder(join(referenceFolder(), 'pipelines', model, 'onnx'))
  const sessions = new ModelSessions(parts, { executionProvider: 'cpu', threads: 1, policy: 'keep' })
  const found: Record<string, Tensor>[] = []
  for (const further of prompts) {
    const seen: Record<string, Tensor> = {}
    await familyOf(parts).encode(
      {
        sessions,
        noise: createGenerator('1'),
        pause: () => Promise.resolve(),
        stage: () => undefined,
        note: () => undefined,
        observe: (name, { data, shape }) => (seen[name] = { data: data.slice(), shape }),
      },
      { ...words, ...further, width: 64, height: 64, steps: 1, guidanceScale: 1, scheduler: {} },
    )
    found.push(seen)
  }
  await sessions.releaseAll()
  return found
}

/** [first, last] place along each axis at which two tensors differ; undefined where they are the same. */
function differing(one: Tensor | undefined, other: Tensor | undefined): [number, number][] | undefined {
  const shape = one?.shape ?? []
  let ranges: [number, number][] | undefined
  one?.data.forEach((value, at) => {
    if (value === other?.data[at]) return
    let rest = at
    const place = shape
      .toReversed()
      .map((side) => [rest % side, (rest = Math.trunc(rest / side))][0] as number)
    place.reverse()
    ranges = place.map((p, i) => [Math.min(p, ranges?.[i]?.[0] ?? p), Math.max(p, ranges?.[i]?.[1] ?? p)])
  })
  return ranges
}

test('SD 3: the second prompt is what the second CLIP reads, the third what T5 reads, and nothing else', async () => {
  const [plain, same, second, third] = await encoded('sd3-tiny', [
    {},
    { prompt2: words.prompt, prompt3: words.prompt },
    { prompt2: 'blue (sea:1.2)' },
    { prompt3: 'blue sea' },
  ])
  for (const name of ['encode_prompt.0', 'encode_prompt.2']) {
    expect(same?.[name]?.data).toEqual(plain?.[name]?.data)
  }
  const [hidden, pooled] = ['encode_prompt.0', 'encode_prompt.2'] as const
  // [1, 77 of CLIP + T5's, width]: the first CLIP's columns lie left of the second's.
  const clip = differing(plain?.[hidden], second?.[hidden])
  expect(clip?.[1]?.[1]).toBeLessThan(77)
  expect(clip?.[2]?.[0]).toBeGreaterThan(0)
  expect(differing(plain?.[pooled], second?.[pooled])?.[1]?.[0]).toBeGreaterThan(0)
  expect(differing(plain?.[hidden], third?.[hidden])?.[1]?.[0]).toBe(77)
  expect(differing(plain?.[pooled], third?.[pooled])).toBeUndefined()
})

test('SDXL: the second prompt is what the second CLIP reads; Flux: what T5 reads, without mentions of files', async () => {
  const [plain, second] = await encoded('sdxl-tiny', [{}, { prompt2: 'blue sea' }])
  expect(differing(plain?.['encode_prompt.0'], second?.['encode_prompt.0'])?.[2]?.[0]).toBe(24)
  const [flux, further, mention] = await encoded('flux-tiny', [
    {},
    { prompt2: 'blue sea' },
    { prompt2: 'blue sea<lora:x:1>' },
  ])
  expect(differing(flux?.['encode_prompt.1'], further?.['encode_prompt.1'])).toBeUndefined()
  expect(differing(flux?.['encode_prompt.0'], further?.['encode_prompt.0'])).toBeDefined()
  expect(mention?.['encode_prompt.0']?.data).toEqual(further?.['encode_prompt.0']?.data)
})
