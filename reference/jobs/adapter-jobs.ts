import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { RealStudio } from '../../core/testing/real-studio.ts'
import { openEmbedding } from '../../inference/adapters/embedding-file.ts'
import { openCheckpoint } from '../../inference/checkpoints/checkpoint.ts'
import { modelPartsOf } from '../../inference/checkpoints/model-parts-of.ts'
import { readSafetensorsHeader } from '../../inference/checkpoints/safetensors.ts'
import { createGenerator } from '../../inference/random.ts'
import { itemOf } from '../../inference/tensor.ts'
import { adapterScheduler } from '../adapter-scheduler.ts'
import { storedTensors } from '../checkpoints/stored-run.ts'
import { type RunArguments, makeFrom } from '../checkpoints/whole-run.ts'
import { type CaseResult, examine, skipped } from '../result.ts'
import { type Wanted, comparePicture, levelsOf } from './compare-picture.ts'
import type { Lent } from './job-of-run.ts'
import { addCopyWith } from './model-copy.ts'

type Lend = (lent: Lent) => void
const layouts = ['onnx', 'diffusers'] as const

/** LoRAs and embeddings as people use them: added under Models, and named in the prompt. */
export async function* adapterJobs(root: string, studio: RealStudio, lend: Lend): AsyncGenerator<CaseResult> {
  const folder = join(root, 'checkpoints', 'lora')
  const files = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith('.expected.json'))
  if (files.length === 0) yield skipped('adapters', 'checkpoints/lora/ is absent')
  for (const file of files.toSorted()) {
    const id = file.replace('.expected.json', '')
    for (const layout of layouts) {
      yield await examine(`${id} over ${layout}`, () => loraJobs(root, id, layout, studio, lend))
    }
  }
  yield await examine('embeddings by name', () => embeddingJobs(root, studio, lend))
}

type Description = { pipeline: string; args: RunArguments }

/** `<lora:name:scale>` at every stored scale. */
async function loraJobs(
  root: string,
  id: string,
  layout: string,
  studio: RealStudio,
  lend: Lend,
): Promise<string[]> {
  const folder = join(root, 'checkpoints', 'lora')
  const description = await readFile(join(folder, `${id}.expected.json`), 'utf8')
  const { pipeline, args } = JSON.parse(description) as Description
  const weights = join(root, 'pipelines', pipeline, layout)
  await stat(weights)
  const model = pipeline.startsWith('sd15')
    ? await addCopyWith(studio, weights, adapterScheduler)
    : await studio.addModel(weights)
  await studio.addModel(join(folder, `${id}.safetensors`))
  const stored = storedTensors(await readSafetensorsHeader(join(folder, `${id}.expected.safetensors`)))
  const latents = itemOf(await stored.tensor('input.latents'), 0).data
  const problems: string[] = []
  for (const name of stored.names.filter((tensor) => /^scale_.*\.image$/.test(tensor))) {
    const scale = name.replace(/^scale_(.*)\.image$/, '$1')
    lend({ latents })
    const prompt = `${args.prompt}<lora:${id}:${scale}>`
    const job = await studio.run({
      kind: 'generate',
      model,
      finish: 'none',
      seed: '1',
      ...asked(args),
      prompt,
    })
    const wanted = {
      width: args.width,
      height: args.height,
      data: levelsOf((await stored.tensor(name)).data),
    }
    problems.push(
      ...(await comparePicture(studio, job, wanted)).map((problem) => `scale ${scale}: ${problem}`),
    )
  }
  return problems
}

function asked({ negative_prompt: negativePrompt, ...args }: RunArguments) {
  return {
    ...(negativePrompt === undefined ? {} : { negativePrompt }),
    width: args.width,
    height: args.height,
    steps: args.num_inference_steps,
    guidanceScale: args.guidance_scale,
  }
}

/**
 * The reference stores what prompts with embeddings become, which the group "checkpoints" compares. Here the job's
 * picture must be the one that parts with these embeddings make, in both kinds of folders.
 */
async function embeddingJobs(root: string, studio: RealStudio, lend: Lend): Promise<string[]> {
  const folder = join(root, 'checkpoints', 'embeddings')
  const files = ['sd15-style2-a1111.safetensors', 'sd15-mycat-diffusers.safetensors'] as const
  const [first, second] = files.map((file) => join(folder, file)) as [string, string]
  const weights = (layout: string) => join(root, 'pipelines', 'sd15-tiny', layout)
  const checkpoint = await openCheckpoint(weights('diffusers'))
  const embeddings = [await openEmbedding(first), await openEmbedding(second)]
  const parts = modelPartsOf(checkpoint, { embeddings })
  await studio.addModel(first)
  await studio.addModel(second)
  const latents = createGenerator('7').randn(4 * 8 * 8)
  const args = { width: 64, height: 64, num_inference_steps: 3, guidance_scale: 7.5, negative_prompt: '' }
  const pictureOf = async (words: string): Promise<Wanted> => {
    const { image } = await makeFrom(parts, { ...args, prompt: words }, adapterScheduler, {
      data: latents,
      shape: [1, 4, 8, 8],
    })
    return { width: 64, height: 64, data: levelsOf(image.data) }
  }
  // By its word, by its file, and as it is said for sure; two in one prompt.
  const words = 'a painting in sd15-style2-a1111 of <my-cat>'
  const sayings = {
    onnx: ['a painting in embedding:sd15-style2-a1111 of embedding:sd15-mycat-diffusers'],
    diffusers: [
      'a painting in embedding:sd15-style2-a1111 of embedding:sd15-mycat-diffusers',
      'a painting in sd15-style2-a1111 of sd15-mycat-diffusers',
    ],
  }
  const wanted = await pictureOf(words)
  const without = await pictureOf('a painting in of')
  const problems = wanted.data.every((level, i) => level === without.data[i])
    ? ['embeddings change nothing']
    : []
  for (const layout of layouts) {
    const model = await addCopyWith(studio, weights(layout), adapterScheduler)
    for (const prompt of sayings[layout]) {
      lend({ latents })
      const wish = { ...asked({ ...args, prompt }), prompt, finish: 'none', seed: '1' } as const
      const found = await comparePicture(
        studio,
        await studio.run({ kind: 'generate', model, ...wish }),
        wanted,
      )
      problems.push(...found.map((problem) => `${layout} ${prompt}: ${problem}`))
    }
  }
  return problems
}
