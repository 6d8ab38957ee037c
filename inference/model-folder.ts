import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { SanggarError } from '../contract/errors.ts'
import {
  type Component,
  type Config,
  type ModelParts,
  type TokenizerName,
  componentNames,
} from './model-parts.ts'
import { damaged } from './checkpoints/file-bytes.ts'
import { geometryOf } from './checkpoints/inferred-config.ts'
import { type InnerOutputs, innerLayers, innerMoments } from './checkpoints/inner-outputs.ts'
import { type OnnxHeader, readOnnxHeader } from './checkpoints/onnx-header.ts'
import { residualsIn } from './controls/residual-names.ts'
import { parsePythonJson } from './python-json.ts'
import { jsonLimit, readRegularFile, refusedFile } from './regular-file.ts'
import { hiddenStates } from './text-encoders/layer-names.ts'
import { openTokenizer } from './tokenizers/open-tokenizer.ts'

const tokenizerNames: readonly TokenizerName[] = ['tokenizer', 'tokenizer_2', 'tokenizer_3']
const graphFiles = ['model.onnx', 'model.ort']

/**
 * A folder of ONNX graphs as optimum, the diffusers script and OnnxStack/Amuse lay it out: one sub-folder per
 * component, model_index.json optional, anything else (safety checker, feature extractor) left alone.
 * Throws 'model-not-found', 'model-folder-incomplete', 'model-damaged'.
 */
export async function readModelFolder(path: string): Promise<ModelParts> {
  const found = await stat(path).catch(() => undefined)
  if (!found?.isDirectory()) throw new SanggarError({ code: 'model-not-found', model: path })
  const components: ModelParts['components'] = {}
  for (const name of componentNames) {
    const component = await readComponent(join(path, name))
    if (component !== undefined) components[name] = component
  }
  const index = await readJson(join(path, 'model_index.json'))
  if (index === undefined && Object.keys(components).length === 0) {
    throw new SanggarError({ code: 'model-folder-incomplete', path, missing: 'model_index.json' })
  }
  const scheduler = await readJson(join(path, 'scheduler', 'scheduler_config.json'))
  const vocabulary = await readJson(join(path, 'vocabulary.json'))
  // OnnxStack has the UNet that listens to ControlNets where others have the ControlNet.
  const { controlnet, ...others } = components
  const isNet = controlnet === undefined || controlnet.inputs.includes('controlnet_cond')
  const isUnet = !isNet && residualsIn(controlnet.inputs).length > 0
  return {
    path,
    index: index ?? {},
    components: isNet ? components : others,
    ...(isUnet ? { listeningUnet: controlnet } : {}),
    tokenizers: await findTokenizers(path),
    ...(scheduler === undefined ? {} : { scheduler }),
    ...(vocabulary === undefined ? {} : { vocabulary }),
    manifest: (await readJson(join(path, 'manifest.json'))) ?? {},
  }
}

/** The graph of a component's folder, or `file` there. Throws 'model-damaged', 'model-folder-incomplete'. */
export async function readComponent(folder: string, file?: string): Promise<Component | undefined> {
  const paths = file === undefined ? graphFiles.map((name) => join(folder, name)) : [file]
  for (const path of paths) {
    if (!(await stat(path).catch(() => undefined))?.isFile()) continue
    const header = path.endsWith('.ort') ? undefined : await readOnnxHeader(path)
    const outputs = header?.outputs.map((port) => port.name) ?? []
    const inner = header === undefined ? undefined : await leftOut(path, header)
    return {
      source: {
        kind: 'file',
        path,
        ...(inner === undefined ? {} : { addition: inner.addition }),
      },
      config:
        (await readJson(join(folder, 'config.json'))) ??
        (await sharedConfig(folder)) ??
        geometryOf(header?.initialisers ?? new Map()),
      bytes: await bytesOf(folder),
      inputs: header?.inputs.map((port) => port.name) ?? [],
      outputs: [...outputs, ...(inner?.names ?? [])],
      shapes: Object.fromEntries(header?.inputs.map((port) => [port.name, port.shape]) ?? []),
    }
  }
  return undefined
}

/** [Note: Outputs that exporters leave out] */
async function leftOut(path: string, { inputs, outputs }: OnnxHeader): Promise<InnerOutputs | undefined> {
  const names = outputs.map(({ name }) => name)
  const isClip = inputs[0]?.name === 'input_ids' && names.includes('pooler_output')
  if (isClip && hiddenStates(names).length === 0) return innerLayers(path)
  // One that answers moments has them under this name, or its latents under another.
  return names[0] === 'latent_sample' ? innerMoments(path, names) : undefined
}

/** The halves of an autoencoder may share vae/config.json. */
async function sharedConfig(folder: string): Promise<Config | undefined> {
  return /[/\\]vae_(en|de)coder$/.test(folder)
    ? readJson(join(folder, '..', 'vae', 'config.json'))
    : undefined
}

async function bytesOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true })
  const sizes = entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map(async (entry) => (await stat(join(folder, entry.name)).catch(() => undefined))?.size ?? 0)
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

async function findTokenizers(path: string): Promise<ModelParts['tokenizers']> {
  const tokenizers: ModelParts['tokenizers'] = {}
  for (const name of tokenizerNames) {
    const folder = join(path, name)
    if (!(await stat(folder).catch(() => undefined))?.isDirectory()) continue
    let opened: ReturnType<typeof openTokenizer> | undefined
    tokenizers[name] = () => (opened ??= openTokenizer(folder))
  }
  return tokenizers
}

/** Absent: undefined. Present but no JSON object: 'model-damaged'. */
export async function readJson(path: string): Promise<Config | undefined> {
  let text: string
  try {
    text = (await readRegularFile(path, jsonLimit)).toString()
  } catch (cause) {
    if (!(cause instanceof RangeError)) return undefined
    throw refusedFile(path, cause)
  }
  try {
    const value = parsePythonJson(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Config
  } catch (cause) {
    throw damaged(path, 'not-json', {}, cause)
  }
  throw damaged(path, 'no-object', {})
}
