import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { safetensorsBytes } from '../checkpoints/safetensors-fixture.ts'
import { createGraph } from '../graph/graph.ts'
import { newPixels } from '../images/pixels.ts'
import { noise } from '../upscalers/upscaler-fixture.ts'
import { clipInput } from './clip-input.ts'
import { pictureChecks } from './picture-checks.ts'
import { hasSafetyChecker, near, openSafetyChecker } from './safety-checker.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sanggar-safety-'))
})
afterAll(() => rm(folder, { recursive: true }))

const grey = (level: number, width = 40, height = 24) => {
  const picture = newPixels(width, height, 3)
  picture.data.fill(level)
  return picture
}

/** As the diffusers script exports it, with brightness in place of a network: bright pictures are flagged. */
async function exportedModel(): Promise<string> {
  const model = path.join(folder, 'exported')
  await mkdir(path.join(model, 'safety_checker'), { recursive: true })
  const g = createGraph(new Map())
  const clip = g.input('clip_input', 'float32', [1, 3, 224, 224])
  const images = g.input('images', 'float32', ['batch', 'height', 'width', 3])
  const verdict = g.greaterOrEqual(
    g.op('ReduceMean', [clip, g.int([1, 2, 3])], { attributes: { keepdims: 0 } }),
    1,
  )
  g.output('out_images', images, ['batch', 'height', 'width', 3])
  g.output('has_nsfw_concepts', verdict, [1], 'bool')
  const source = g.finish('checker', 'x')
  if (source.kind !== 'bytes') throw new Error('no bytes')
  await writeFile(path.join(model, 'safety_checker', 'model.onnx'), source.bytes)
  return model
}

test('an exported checker is asked about the picture as CLIP sees it, and only answers', async () => {
  const model = await exportedModel()
  expect(await hasSafetyChecker(model)).toBe(true)
  const checker = await openSafetyChecker(model, 1)
  const picture = grey(255)
  expect(await checker?.flags(picture)).toBe(true)
  expect(await checker?.flags(grey(30))).toBe(false)
  expect(new Set(picture.data)).toEqual(new Set([255]))
  await checker?.release()
})

test('the shorter side becomes 224, the middle is cut out, colours are normalised', () => {
  const { data, shape } = clipInput(grey(51, 448, 300), {})
  expect(shape).toEqual([1, 3, 224, 224])
  const wanted = [0, 1, 2].map(
    (channel) =>
      (0.2 - ([0.48145466, 0.4578275, 0.40821073][channel] ?? 0)) /
      ([0.26862954, 0.26130258, 0.27577711][channel] ?? 1),
  )
  for (const channel of [0, 1, 2]) expect(data[channel * 224 * 224]).toBeCloseTo(wanted[channel] ?? 0, 5)
  const own = {
    crop_size: { height: 8, width: 8 },
    size: { shortest_edge: 8 },
    image_mean: [0, 0, 0],
    image_std: [1, 1, 1],
  }
  const left = newPixels(24, 8, 3)
  // Red where the middle third is.
  for (let y = 0; y < 8; y++) for (let x = 8; x < 16; x++) left.data[(y * 24 + x) * 3] = 255
  const cut = clipInput(left, own)
  expect(cut.shape).toEqual([1, 3, 8, 8])
  expect([...cut.data.subarray(0, 64)].every((value) => value === 1)).toBe(true)
})

const [width, heads, patch, side, projected] = [8, 2, 4, 8, 4]

/** A checker of one layer: what the graph says is computed a second time below, by plain loops. */
function tinyWeights() {
  let seed = 1
  const tensors = new Map<string, { shape: number[]; data: Float32Array }>()
  const add = (name: string, shape: number[], strength = 0.5, centre = 0) =>
    tensors.set(name, {
      shape,
      data: noise(
        shape.reduce((product, part) => product * part, 1),
        seed++,
        strength,
      ).map((value) => value + centre),
    })
  const root = 'vision_model.vision_model'
  add(`${root}.embeddings.class_embedding`, [width])
  add(`${root}.embeddings.patch_embedding.weight`, [width, 3, patch, patch], 0.2)
  add(`${root}.embeddings.position_embedding.weight`, [5, width])
  for (const norm of [
    'pre_layrnorm',
    'post_layernorm',
    'encoder.layers.0.layer_norm1',
    'encoder.layers.0.layer_norm2',
  ]) {
    add(`${root}.${norm}.weight`, [width], 0.2, 1)
    add(`${root}.${norm}.bias`, [width], 0.1)
  }
  for (const part of ['q_proj', 'k_proj', 'v_proj', 'out_proj']) {
    add(`${root}.encoder.layers.0.self_attn.${part}.weight`, [width, width])
    add(`${root}.encoder.layers.0.self_attn.${part}.bias`, [width], 0.1)
  }
  add(`${root}.encoder.layers.0.mlp.fc1.weight`, [16, width])
  add(`${root}.encoder.layers.0.mlp.fc1.bias`, [16], 0.1)
  add(`${root}.encoder.layers.0.mlp.fc2.weight`, [width, 16])
  add(`${root}.encoder.layers.0.mlp.fc2.bias`, [width], 0.1)
  add('visual_projection.weight', [projected, width])
  return tensors
}

/** Radford et al. 2021, by hand: one picture -> its embedding. */
function embedded(pixels: Float32Array, tensors: ReturnType<typeof tinyWeights>): number[] {
  const of = (name: string) => {
    const found = tensors.get(name) ?? tensors.get(`vision_model.vision_model.${name}`)
    if (found === undefined) throw new Error(name)
    return found.data
  }
  const linear = (x: number[], name: string) => {
    const weight = of(`${name}.weight`)
    const bias = tensors.has(`vision_model.vision_model.${name}.bias`) ? of(`${name}.bias`) : undefined
    return Array.from({ length: weight.length / x.length }, (_, row) =>
      x.reduce((sum, value, i) => sum + value * (weight[row * x.length + i] ?? 0), bias?.[row] ?? 0),
    )
  }
  const norm = (x: number[], name: string) => {
    const mean = x.reduce((sum, value) => sum + value, 0) / x.length
    const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length
    return x.map(
      (value, i) =>
        ((value - mean) / Math.sqrt(variance + 1e-5)) * (of(`${name}.weight`)[i] ?? 0) +
        (of(`${name}.bias`)[i] ?? 0),
    )
  }
  const plus = (a: number[], b: ArrayLike<number>) => a.map((value, i) => value + (b[i] ?? 0))
  const patches = [0, 1, 2, 3].map((index) =>
    Array.from({ length: width }, (_, out) => {
      let sum = 0
      for (let c = 0; c < 3; c++)
        for (let y = 0; y < patch; y++)
          for (let x = 0; x < patch; x++)
            sum +=
              (pixels[(c * side + Math.floor(index / 2) * patch + y) * side + (index % 2) * patch + x] ?? 0) *
              (of('embeddings.patch_embedding.weight')[((out * 3 + c) * patch + y) * patch + x] ?? 0)
      return sum
    }),
  )
  const positions = of('embeddings.position_embedding.weight')
  let tokens = [[...of('embeddings.class_embedding')], ...patches].map((token, i) =>
    norm(plus(token, positions.subarray(i * width)), 'pre_layrnorm'),
  )
  const layer = 'encoder.layers.0'
  const before = tokens.map((token) => norm(token, `${layer}.layer_norm1`))
  const [q, k, v] = ['q', 'k', 'v'].map((part) =>
    before.map((token) => linear(token, `${layer}.self_attn.${part}_proj`)),
  )
  const size = width / heads
  const seen = (q ?? []).map((query) =>
    Array.from({ length: heads }, (_unused, head) => {
      const range = (token: number[]) => token.slice(head * size, (head + 1) * size)
      const scores = (k ?? []).map((key) =>
        Math.exp(
          range(query).reduce((sum, value, i) => sum + value * (range(key)[i] ?? 0), 0) / Math.sqrt(size),
        ),
      )
      const total = scores.reduce((sum, value) => sum + value, 0)
      return Array.from({ length: size }, (_, i) =>
        scores.reduce((sum, score, at) => sum + (score / total) * (range(v?.[at] ?? [])[i] ?? 0), 0),
      )
    }).flat(),
  )
  tokens = tokens.map((token, i) => plus(token, linear(seen[i] ?? [], `${layer}.self_attn.out_proj`)))
  tokens = tokens.map((token) => {
    const hidden = linear(norm(token, `${layer}.layer_norm2`), `${layer}.mlp.fc1`)
    const active = hidden.map((value) => value / (1 + Math.exp(-1.702 * value)))
    return plus(token, linear(active, `${layer}.mlp.fc2`))
  })
  return linear(norm(tokens[0] ?? [], 'post_layernorm'), 'visual_projection')
}

test('a checker in safetensors says what plain arithmetic says', async () => {
  const model = path.join(folder, 'weights')
  await mkdir(path.join(model, 'safety_checker'), { recursive: true })
  await mkdir(path.join(model, 'feature_extractor'), { recursive: true })
  const processor = { crop_size: side, size: side }
  await writeFile(
    path.join(model, 'feature_extractor', 'preprocessor_config.json'),
    JSON.stringify(processor),
  )
  const config = { vision_config: { num_attention_heads: heads, hidden_act: 'quick_gelu' } }
  await writeFile(path.join(model, 'safety_checker', 'config.json'), JSON.stringify(config))

  const pictures = [1, 2, 3, 4].map((seed) => {
    const picture = newPixels(side, side, 3)
    picture.data.set(noise(picture.data.length, seed, 127).map((value) => Math.round(value + 128)))
    return picture
  })
  const tensors = tinyWeights()
  const embeddings = pictures.map((picture) => embedded(clipInput(picture, processor).data, tensors))
  // The concept is the second picture's own embedding: its cosine is 1, the others' are less.
  tensors.set('concept_embeds', { shape: [1, projected], data: Float32Array.from(embeddings[1] ?? []) })
  tensors.set('concept_embeds_weights', { shape: [1], data: Float32Array.of(0.99999) })
  tensors.set('special_care_embeds', {
    shape: [1, projected],
    data: Float32Array.from(embeddings[2] ?? [], (value) => -value),
  })
  tensors.set('special_care_embeds_weights', { shape: [1], data: Float32Array.of(0.5) })
  const specs = [...tensors].map(([name, { shape, data }]) => ({
    name,
    dtype: 'F32',
    shape,
    data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  }))
  await writeFile(path.join(model, 'safety_checker', 'model.safetensors'), safetensorsBytes(specs))

  const checker = await openSafetyChecker(model, 1)
  const verdicts = []
  for (const picture of pictures) verdicts.push(await checker?.flags(picture))
  expect(verdicts).toEqual([false, true, false, false])
  await checker?.release()
})

test('a careful concept in sight lowers the bar for the others by a hundredth', () => {
  const one = (value: number) => Float32Array.of(value)
  const concepts = {
    width: 2,
    concepts: Float32Array.of(1, 0),
    limits: one(0.805),
    careful: Float32Array.of(0, 1),
    carefulLimits: one(0.9),
  }
  const at = Float32Array.of(0.8, 0.6)
  expect(near(at, concepts)).toBe(false)
  expect(near(at, { ...concepts, carefulLimits: one(0.5) })).toBe(true)
  expect(near(at, { ...concepts, carefulLimits: one(0.5), limits: one(0.82) })).toBe(false)
})

test('nobody asked, nothing there, and one that is broken: pictures go on, the last is told of', async () => {
  const notes: string[] = []
  const note = (code: string) => void notes.push(code)
  const model = await exportedModel()
  const off = pictureChecks(model, { threads: 1 })
  expect(await off.flag(grey(255), note)).toEqual({})
  const on = pictureChecks(model, { threads: 1, checkPictures: true })
  expect(await on.flag(grey(255), note)).toEqual({ flagged: true })
  await on.release()
  const none = pictureChecks(folder, { threads: 1, checkPictures: true })
  expect(await none.flag(grey(255), note)).toEqual({})
  expect(notes).toEqual([])
  await writeFile(path.join(model, 'safety_checker', 'model.onnx'), 'no graph')
  const broken = pictureChecks(model, { threads: 1, checkPictures: true })
  expect(await broken.flag(grey(255), note)).toEqual({})
  await broken.release()
  expect(notes).toEqual(['safety-check-failed'])
})
