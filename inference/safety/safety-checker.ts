import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readJson, weightFileIn, weightsIn } from '../checkpoints/diffusers-folder.ts'
import { damaged } from '../checkpoints/file-bytes.ts'
import { clipVisionGraph } from '../graph/clip-vision.ts'
import type { WeightSource } from '../graph/weights.ts'
import { type Config, numberIn } from '../model-parts.ts'
import type { Pixels } from '../images/pixels.ts'
import { readWeight } from '../precision/read-weight.ts'
import { type Port, type Session, openSession } from '../session.ts'
import { SanggarError } from '../../contract/errors.ts'
import { clipInput } from './clip-input.ts'

/** A model's own judge of its pictures. It only ever answers; nothing is done to the picture here. */
export type SafetyChecker = { flags(picture: Pixels): Promise<boolean>; release(): Promise<void> }

const folderName = 'safety_checker'
const stage = folderName

/** Where a model's folder brings a checker, in either form. */
export async function hasSafetyChecker(modelPath: string): Promise<boolean> {
  const folder = join(modelPath, folderName)
  return (await isFile(join(folder, 'model.onnx'))) || (await weightFileIn(folder)) !== undefined
}

/**
 * The checker of the folder `modelPath`: Stable Diffusion's, as the diffusers script and optimum export it
 * (`clip_input`, `images` -> `has_nsfw_concepts`), or its safetensors. Undefined where there is none. Throws
 * what opening a network throws.
 */
export async function openSafetyChecker(
  modelPath: string,
  threads: number,
): Promise<SafetyChecker | undefined> {
  const folder = join(modelPath, folderName)
  const processor = (await readJson(join(modelPath, 'feature_extractor', 'preprocessor_config.json'))) ?? {}
  const graph = join(folder, 'model.onnx')
  if (await isFile(graph)) {
    const options = { executionProvider: 'cpu' as const, threads, stage }
    return exported(await openSession({ kind: 'file', path: graph }, options), processor, graph)
  }
  if ((await weightFileIn(folder)) === undefined) return undefined
  return fromWeights(folder, processor, threads)
}

function exported(session: Session, processor: Config, path: string): SafetyChecker {
  const verdict = session.outputs.find(({ name }) => name === 'has_nsfw_concepts')
  if (verdict === undefined || !session.accepts('clip_input')) {
    throw new SanggarError({ code: 'model-unsupported', path, kind: folderName, reason: 'other outputs' })
  }
  return {
    async flags(picture) {
      const answer = await session.run(
        { clip_input: clipInput(picture, processor), images: anyPicture(session.input('images')) },
        [verdict.name],
      )
      return (answer[verdict.name]?.data ?? []).some((value) => value !== 0)
    },
    release: () => session.release(),
  }
}

/** The graph blackens what it does not like in this input: ours is not even given to it. */
function anyPicture(port: Port | undefined): { data: Float32Array; shape: number[] } {
  const sides = port?.shape ?? []
  const planar = sides[1] === 3
  const free = planar ? [1, 3, 1, 1] : [1, 1, 1, 3]
  const shape = free.map((side, axis) => {
    const declared = sides[axis]
    return typeof declared === 'number' && declared > 0 ? declared : side
  })
  return { data: new Float32Array(shape.reduce((product, side) => product * side, 1)), shape }
}

/** What StableDiffusionSafetyChecker adds to CLIP: what it looks for, and how near a picture may come. */
type Concepts = {
  width: number
  careful: Float32Array
  carefulLimits: Float32Array
  concepts: Float32Array
  limits: Float32Array
}

async function fromWeights(folder: string, processor: Config, threads: number): Promise<SafetyChecker> {
  const weights = await weightsIn(folder)
  const config = ((await readJson(join(folder, 'config.json'))) ?? {}) as Config
  const vision = (config['vision_config'] ?? {}) as Config
  const concepts = await readConcepts(weights, folder)
  const bare = new Map(
    [...weights].map(([name, weight]) => [name.replace(/^(vision_model\.)+/, ''), weight] as const),
  )
  const width = bare.get('pre_layrnorm.weight')?.shape[0] ?? 1024
  const graph = clipVisionGraph(
    bare,
    {
      heads: numberIn(vision, 'num_attention_heads') ?? width / 64,
      activation: vision['hidden_act'] === 'gelu' ? 'gelu' : 'quick_gelu',
      patch: bare.get('embeddings.patch_embedding.weight')?.shape[2] ?? 14,
      epsilon: numberIn(vision, 'layer_norm_eps') ?? 1e-5,
    },
    folder,
  )
  const session = await openSession(graph, { executionProvider: 'cpu', threads, stage })
  return {
    async flags(picture) {
      const { image_embeds: embeds } = await session.run({ pixel_values: clipInput(picture, processor) })
      return embeds !== undefined && near(embeds.data, concepts)
    },
    release: () => session.release(),
  }
}

async function readConcepts(weights: WeightSource, path: string): Promise<Concepts> {
  const read = (name: string) => {
    const weight = weights.get(name)
    if (weight === undefined) {
      throw damaged(path, 'tensor-missing', { tensor: name })
    }
    return readWeight(weight)
  }
  return {
    width: weights.get('concept_embeds')?.shape[1] ?? 0,
    concepts: await read('concept_embeds'),
    limits: await read('concept_embeds_weights'),
    careful: await read('special_care_embeds'),
    carefulLimits: await read('special_care_embeds_weights'),
  }
}

/** One careful concept in sight lowers the bar for all others by this much, as in the original. */
const carefulMargin = 0.01

/** Cosines beyond their limits (diffusers, StableDiffusionSafetyChecker.forward_onnx). */
export function near(
  embeds: Float32Array,
  { width, concepts, limits, careful, carefulLimits }: Concepts,
): boolean {
  const beyond = (rows: Float32Array, bars: Float32Array, margin: number) =>
    bars.some((bar, row) => cosine(embeds, rows.subarray(row * width, (row + 1) * width)) - bar + margin > 0)
  return beyond(concepts, limits, beyond(careful, carefulLimits, 0) ? carefulMargin : 0)
}

function cosine(left: Float32Array, right: Float32Array): number {
  let product = 0
  let lengths = [0, 0] as [number, number]
  for (const [index, value] of left.entries()) {
    const other = right[index] ?? 0
    product += value * other
    lengths = [lengths[0] + value * value, lengths[1] + other * other]
  }
  return product / Math.sqrt(lengths[0] * lengths[1] || 1)
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}
