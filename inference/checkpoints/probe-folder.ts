import { basename, dirname, join } from 'node:path'

import { modelKindSchema, type Passport, type Obstacle } from '../../contract/model.ts'
import { SanggarError } from '../../contract/errors.ts'
import { snapshotIn } from './diffusers-folder.ts'
import { bytesOf, jsonIn, namesIn, weightsIn, type ComponentWeights } from './folder-weights.ts'
import { readOnnxHeader } from './onnx-header.ts'
import { probeFile, safetensorsPassport, withPrecision } from './probe-file.ts'
import { picturesFromText, type Finding } from './probe-finding.ts'
import { recogniseOnnxDenoiser } from './probe-onnx.ts'
import { passportOf } from './probe-passport.ts'
import { parameterCount, precisionOf } from './probe-precision.ts'
import { recogniseDenoiser } from './probe-table.ts'
import { readTensorFile } from './tensor-file.ts'
import { hasSafetyChecker } from '../safety/safety-checker.ts'

/** Pipelines by the class that model_index.json names, where the tensors alone would not tell. */
const pipelineFamilies: [RegExp, family: string, obstacle?: Obstacle][] = [
  [/^(Onnx)?(OnnxRuntimeModel)?StableDiffusionXL|^ORTStableDiffusionXL/, 'sdxl'],
  [/^StableDiffusion3|^ORTStableDiffusion3/, 'sd3'],
  [/^Flux2/, 'flux2', 'family-unsupported'],
  [/^Flux|^ORTFlux/, 'flux1'],
  [/^ZImage|^ORTZImage/, 'z-image'],
  [/^QwenImage/, 'qwen-image', 'family-unsupported'],
  [/^(Wan|LTX|HunyuanVideo|StableVideo|CogVideo|Mochi|Cosmos|AnimateDiff)/, 'video', 'video-unsupported'],
  [/^(PixArt|Sana)/, 'pixart', 'family-unsupported'],
  [
    /^(Kandinsky|StableCascade|Wuerstchen|AuraFlow|HunyuanDiT|Lumina|Chroma|HiDream|DeepFloyd|IF)/,
    'other',
    'family-unsupported',
  ],
]

/** Components that every run needs; safety checkers and image encoders are left aside. */
const needed = /^(unet|transformer|vae|vae_decoder|text_encoder(_[23])?|tokenizer(_[23])?|scheduler)$/
const weighty = /^(unet|transformer|vae|vae_decoder|vae_encoder|text_encoder(_[23])?|controlnet)$/
const alternatives: Record<string, string> = { vae: 'vae_decoder' }

async function componentBytes(folder: string): Promise<number> {
  let bytes = 0
  for (const name of await namesIn(folder)) bytes += await bytesOf(join(folder, name))
  return bytes
}

type Component = { name: string; weights: ComponentWeights; bytes: number }

async function componentsOf(folder: string): Promise<Component[]> {
  const components: Component[] = []
  for (const name of await namesIn(folder)) {
    if (!weighty.test(name)) continue
    const inside = join(folder, name)
    components.push({ name, weights: await weightsIn(inside), bytes: await componentBytes(inside) })
  }
  return components
}

/** What the index asks for and the folder lacks. */
async function missingParts(
  folder: string,
  index: Record<string, unknown> | undefined,
  components: Component[],
): Promise<string[]> {
  const present = new Set(await namesIn(folder))
  const empty = new Set(components.filter(({ weights }) => weights.kind === 'absent').map(({ name }) => name))
  for (const name of present) {
    const told = tellingFiles.find(([part]) => part.test(name))?.[1]
    if (told !== undefined && !(await namesIn(join(folder, name))).some((file) => told.test(file)))
      empty.add(name)
  }
  const asked =
    index === undefined
      ? ['text_encoder', 'tokenizer', 'vae']
      : Object.entries(index)
          .filter(([name, value]) => needed.test(name) && Array.isArray(value) && value[0] !== null)
          .map(([name]) => name)
  const there = (name: string): boolean => present.has(name) && !empty.has(name)
  return asked.filter((name) => !there(name) && !there(alternatives[name] ?? name))
}

/** What the folders without weights must hold to be more than empty. */
const tellingFiles: readonly [part: RegExp, file: RegExp][] = [
  [/^scheduler$/, /^scheduler_config\.json$/],
  [/^tokenizer(_[23])?$/, /^(tokenizer\.json|vocab\.json|spiece\.model)$/],
]

type Denoiser = { finding: Finding | undefined; precision: string; quantised: boolean; parameters: number }

async function denoiserIn(component: Component | undefined): Promise<Denoiser> {
  const nothing: Denoiser = { finding: undefined, precision: 'unknown', quantised: false, parameters: 0 }
  if (component === undefined) return nothing
  const { weights } = component
  if (weights.kind === 'onnx') {
    const header = await readOnnxHeader(weights.path)
    for (const file of header.externalFiles) {
      if ((await bytesOf(join(dirname(weights.path), file))) > 0) continue
      throw new SanggarError({ code: 'model-folder-incomplete', path: weights.path, missing: file })
    }
    const { label } = precisionOf(header.initialisers)
    return {
      finding: await bySettings(recogniseOnnxDenoiser(header), dirname(weights.path)),
      precision: label,
      quantised: false,
      parameters: parameterCount(header.initialisers),
    }
  }
  if (weights.kind !== 'safetensors') return nothing
  const { tensors } = await readTensorFile(weights.path)
  const { label, quantised } = precisionOf(tensors)
  return {
    finding: recogniseDenoiser(tensors)?.finding,
    precision: label,
    quantised,
    parameters: parameterCount(tensors),
  }
}

/** An exported UNet of unusual width hides its line; the settings beside it still tell SD 2's linear projections. */
async function bySettings(finding: Finding | undefined, folder: string): Promise<Finding | undefined> {
  if (finding?.family !== 'sd1' || finding.confidence === 'certain') return finding
  const settings = await jsonIn(folder, 'config.json')
  if (settings?.['use_linear_projection'] !== true) return finding
  return { ...finding, family: 'sd2', detail: finding.detail.replace('SD 1.x', 'SD 2.x') }
}

function byClass(name: string): Finding | undefined {
  const row = pipelineFamilies.find(([pattern]) => pattern.test(name))
  if (row === undefined) return undefined
  const finding: Finding = {
    kind: 'pipeline',
    family: row[1],
    detail: name,
    confidence: 'certain',
    capabilities: picturesFromText,
  }
  return row[2] === undefined ? finding : { ...finding, obstacle: row[2] }
}

function obstacleOf(finding: Finding, components: Component[], missing: string[]): Obstacle | undefined {
  // Without its denoiser nothing is known of a pipeline, least of all that nobody supports it.
  const unseen = finding.family === 'unknown' && (missing.includes('unet') || missing.includes('transformer'))
  if (finding.obstacle !== undefined && !unseen && finding.confidence !== 'guess') return finding.obstacle
  const kinds = components.map(({ weights }) => weights.kind)
  if (kinds.includes('openvino')) return 'openvino-unsupported'
  if (kinds.includes('pickle')) return 'pickle-refused'
  return missing.length > 0 ? 'folder-incomplete' : finding.obstacle
}

/** In Hugging Face's cache a folder is called by a commit, and the model by the folder around it. */
function nameOf(folder: string): string {
  const cached = basename(dirname(dirname(folder)))
  return cached.startsWith('models--') ? (cached.split('--').at(-1) ?? cached) : basename(folder)
}

async function pipelinePassport(
  folder: string,
  index: Record<string, unknown> | undefined,
): Promise<Passport> {
  const components = await componentsOf(folder)
  const denoiser =
    components.find(({ name }) => name === 'transformer') ?? components.find(({ name }) => name === 'unet')
  const { finding: seen, precision, quantised, parameters } = await denoiserIn(denoiser)
  const className = typeof index?.['_class_name'] === 'string' ? index['_class_name'] : ''
  const said = byClass(className)
  const base: Finding =
    said?.obstacle === undefined && seen !== undefined
      ? seen
      : (said ??
        seen ?? {
          kind: 'pipeline',
          family: 'unknown',
          detail: className === '' ? 'a pipeline of no known family' : className,
          confidence: 'guess',
          obstacle: 'family-unsupported',
        })
  const missing = await missingParts(folder, index, components)
  const agreed: Finding =
    said !== undefined && seen !== undefined && said.family === seen.family
      ? { ...base, confidence: 'certain' }
      : base
  const parts = components.filter(({ weights }) => weights.kind !== 'absent').map(({ name }) => name)
  if (await hasSafetyChecker(folder)) parts.push('safety_checker')
  const whole = withPrecision({ ...agreed, parts, missing }, quantised)
  const obstacle = obstacleOf(whole, components, missing)
  return passportOf(obstacle === undefined ? whole : { ...whole, obstacle }, {
    path: folder,
    name: nameOf(folder),
    layout: denoiser?.weights.kind === 'onnx' ? 'onnx-folder' : 'diffusers-folder',
    precision,
    bytes: components.reduce((sum, { bytes }) => sum + bytes, 0),
    parameters,
  })
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** Our denoiser restores pictures; the other kinds are named as everywhere. */
function kindOf(said: unknown): unknown {
  return said === undefined ? 'pipeline' : said === 'denoiser' ? 'restorer' : said
}

/** A folder of our own: the manifest says what it is. */
async function ownPassport(folder: string, manifest: Record<string, unknown>): Promise<Passport> {
  const kind = modelKindSchema.safeParse(kindOf(manifest['kind']))
  const names = await namesIn(folder)
  const parts = names.filter((name) => name.endsWith('.onnx')).map((name) => name.replace(/\.onnx$/, ''))
  let bytes = 0
  for (const name of names) {
    const size = await bytesOf(join(folder, name))
    bytes += size === 0 ? await componentBytes(join(folder, name)) : size
    if (size === 0 && (await bytesOf(join(folder, name, 'model.onnx'))) > 0) parts.push(name)
  }
  const family = text(manifest['family']) ?? (kind.data === 'pipeline' ? 'starter' : basename(folder))
  const capabilities =
    kind.data === 'pipeline'
      ? picturesFromText
      : kind.data === 'upscaler'
        ? ['upscale' as const]
        : ['restore' as const]
  const finding: Finding = {
    kind: kind.data ?? 'unknown',
    family,
    detail: text(manifest['description']) ?? text(manifest['name']) ?? family,
    confidence: 'certain',
    capabilities,
    parts,
    ...(kind.data === undefined ? { obstacle: 'unrecognised' as const } : {}),
  }
  const licence = text(manifest['licence']) ?? text(manifest['license'])
  const name = text(manifest['name'])
  return passportOf(finding, {
    path: folder,
    layout: 'onnx-folder',
    precision: text(manifest['precision']) ?? 'float32',
    bytes,
    ...(licence === undefined ? {} : { licence }),
    ...(name === undefined ? {} : { name }),
  })
}

function unrecognisedFolder(folder: string, detail: string, obstacle: Obstacle): Passport {
  const finding: Finding = { kind: 'unknown', family: 'unknown', detail, confidence: 'certain', obstacle }
  return passportOf(finding, { path: folder, layout: 'other', precision: 'unknown', bytes: 0 })
}

/** Names by which the weights of one component go, however many forms of them lie side by side. */
const oneComponent = /^(diffusion_pytorch_model|model)[.-]|\.index(\.[a-z0-9]+)?\.json$|-\d{5}-of-\d{5}\./

const weightsFile = /\.(safetensors|gguf|onnx)$/

/**
 * Whether several models lie here, as files or as a file beside folders: `x.fp16.safetensors` is `x.safetensors` once
 * more.
 */
async function holdsSeveral(folder: string, names: string[]): Promise<boolean> {
  const files = names.filter((name) => weightsFile.test(name))
  if (files.length === 0 || names.some((name) => oneComponent.test(name))) return false
  if (new Set(files.map((name) => name.replace(/(\.(fp16|bf16|fp32|non_ema))*\.[a-z]+$/, ''))).size > 1)
    return true
  for (const name of names) {
    const inside = await namesIn(join(folder, name))
    if (inside.some((one) => one === 'model_index.json' || weightsFile.test(one))) return true
  }
  return false
}

/** A folder with the weights of one component, or with one model file. */
async function loosePassport(folder: string, names: string[]): Promise<Passport> {
  if (names.some((name) => /^openvino_.*\.xml$/.test(name))) {
    return unrecognisedFolder(folder, 'OpenVINO model', 'openvino-unsupported')
  }
  if (names.some((name) => name.endsWith('.param')) && names.some((name) => name.endsWith('.bin'))) {
    return unrecognisedFolder(folder, 'ncnn network', 'ncnn-unsupported')
  }
  if (await holdsSeveral(folder, names))
    return unrecognisedFolder(folder, 'a folder of models', 'folder-of-models')
  const weights = await weightsIn(folder)
  if (weights.kind === 'safetensors') {
    return {
      ...(await safetensorsPassport(await readTensorFile(weights.path))),
      path: folder,
      name: basename(folder),
    }
  }
  if (weights.kind === 'onnx')
    return { ...(await probeFile(weights.path)), path: folder, name: basename(folder) }
  if (weights.kind === 'pickle') return unrecognisedFolder(folder, 'torch files (pickle)', 'pickle-refused')
  return unrecognisedFolder(folder, 'a folder without a model', 'unrecognised')
}

/** A folder's passport: our own manifest, a pipeline of components (diffusers, optimum, OnnxStack), or one model. */
export async function probeFolder(given: string): Promise<Passport> {
  const folder = await snapshotIn(given)
  const names = await namesIn(folder)
  const manifest = await jsonIn(folder, 'manifest.json')
  const ours = manifest !== undefined && ('kind' in manifest || 'family' in manifest)
  if (manifest !== undefined && (ours || names.some((name) => name.endsWith('.onnx')))) {
    return ownPassport(folder, manifest)
  }
  const index = await jsonIn(folder, 'model_index.json')
  if (index !== undefined || names.includes('unet') || names.includes('transformer'))
    return pipelinePassport(folder, index)
  return loosePassport(folder, names)
}
