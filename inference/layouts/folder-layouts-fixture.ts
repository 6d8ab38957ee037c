import { cp, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readOnnxHeader } from '../checkpoints/onnx-header.ts'
import { readOnnxNodes } from '../checkpoints/onnx-weights.ts'
import { type GraphEdits, editGraph } from './onnx-editor-fixture.ts'

/*
 * The folders that exporters write, made of one that optimum's names are used in. What each does differently was read
 * in diffusers' scripts/convert_stable_diffusion_checkpoint_to_onnx.py, optimum's model_configs.py and OnnxStack's
 * converter (November 2026); families that a script does not know get what it does to those that it knows.
 */
export const layouts = ['optimum', 'diffusers', 'onnxstack', 'fixed', 'half'] as const
export type Layout = (typeof layouts)[number]

const noLayers = (output: string): boolean => output.startsWith('hidden_states.')
const timestep = ['timestep']

/** What the exporter does to the graph of a component, and how it calls the file of the weights. */
async function editsOf(layout: Layout, component: string, path: string): Promise<GraphEdits> {
  const { inputs, outputs } = await readOnnxHeader(path)
  const has = (name: string): boolean => inputs.some((input) => input.name === name)
  const whole = (names: readonly string[]): NonNullable<GraphEdits['cast']> =>
    Object.fromEntries(names.filter(has).map((name) => [name, 'int64']))
  const drawn = component === 'vae_encoder' ? await drawingItsOwnNoise(path) : {}
  if (layout === 'optimum') {
    if (component !== 'unet') return {}
    return { cast: whole(timestep), declare: { timestep: [] } }
  }
  if (layout === 'half') {
    const ports = [...inputs, ...outputs].filter(({ dtype }) => dtype === 'F32')
    return { cast: Object.fromEntries(ports.map(({ name }) => [name, 'float16' as const])) }
  }
  if (layout === 'fixed') return { declare: fixedSides(component, inputs) }
  if (layout === 'diffusers') {
    const isClip = outputs.some(({ name }) => name === 'pooler_output')
    return {
      ...drawn,
      ...(component === 'text_encoder'
        ? { cast: has('input_ids') && !has('attention_mask') ? { input_ids: 'int32' } : {} }
        : {}),
      ...(isClip ? { hide: noLayers } : {}),
      ...(component === 'unet'
        ? { cast: whole(timestep), declare: { timestep: ['batch'] }, external: 'weights.pb' }
        : {}),
      ...(/^(unet|vae)/.test(component) ? { addInputs: ['return_dict'] } : {}),
    }
  }
  return { external: 'model.onnx.data', ...drawn, ...onnxStack(component, outputs) }
}

function onnxStack(component: string, outputs: readonly { name: string }[]): GraphEdits {
  const [first] = outputs
  if (component === 'text_encoder' && outputs.some(({ name }) => name === 'pooler_output')) {
    return { cast: { input_ids: 'int32' }, hide: noLayers }
  }
  if (component === 'text_encoder_2' && first?.name === 'text_embeds') {
    return { addInputs: ['output_hidden_states'] }
  }
  if (component === 'transformer' && first !== undefined) return { rename: { [first.name]: 'out_sample' } }
  if (component !== 'unet' && component !== 'controlnet') return {}
  const residuals = (from: string, prefix: string): Record<string, string> =>
    Object.fromEntries(
      Array.from({ length: 16 }, (_, i) => [`${from}.${i}`, `${prefix}_${i}_additional_residual`]),
    )
  return {
    rename: {
      ...residuals('down_block_additional_residuals', 'down_block'),
      ...residuals('down_block_res_samples', 'down_block'),
      mid_block_res_sample: 'mid_block_additional_residual',
    },
  }
}

/** Every side that a 64 x 64 picture gives; the UNet takes both halves at once. */
function fixedSides(
  component: string,
  inputs: readonly { name: string; shape: (number | string | null)[] }[],
): Record<string, (number | string)[]> {
  if (component !== 'unet' && component !== 'text_encoder') return {}
  return Object.fromEntries(
    inputs.map(({ name, shape }) => [
      name,
      shape.map((side, i) => (typeof side === 'number' ? side : sideOf(name, i))),
    ]),
  )
}

function sideOf(input: string, place: number): number | string {
  if (input === 'input_ids' || input === 'attention_mask') return place === 0 ? 1 : 77
  if (place === 0) return input === 'timestep' ? 1 : 2
  return input === 'encoder_hidden_states' ? 77 : 8
}

/** The encoder answers latents that it drew itself, as `encode().latent_dist.sample()` is exported. */
async function drawingItsOwnNoise(path: string): Promise<GraphEdits> {
  const header = await readOnnxHeader(path)
  const [first] = header.outputs
  const nodes = await readOnnxNodes(path)
  if (first?.name !== 'latent_parameters' || !nodes.some(({ outputs }) => outputs.includes(first.name)))
    return {}
  const inner = `/inner/${first.name}`
  const name = (suffix: string): string => `drawn/${suffix}`
  return {
    hide: (output) => output === first.name,
    append: [
      { type: 'Split', inputs: [inner], outputs: [name('mean'), name('spread')], attributes: { axis: 1 } },
      { type: 'Exp', inputs: [name('spread')], outputs: [name('variance')] },
      { type: 'Sqrt', inputs: [name('variance')], outputs: [name('deviation')] },
      { type: 'RandomNormalLike', inputs: [name('mean')], outputs: [name('noise')] },
      { type: 'Mul', inputs: [name('deviation'), name('noise')], outputs: [name('part')] },
      { type: 'Add', inputs: [name('mean'), name('part')], outputs: ['latent_sample'] },
    ],
    addOutputs: { latent_sample: ['batch', 'channels', 'height', 'width'] },
  }
}

/** Writes the model at `from` to `to` as the exporter would; answers with the ControlNet beside it, if that has one. */
export async function writeLayout(from: string, to: string, layout: Layout): Promise<string | undefined> {
  await cp(from, to, { recursive: true })
  const components = await readdir(from, { withFileTypes: true })
  for (const { name } of components.filter((entry) => entry.isDirectory())) {
    const graph = join(from, name, 'model.onnx')
    if ((await stat(graph).catch(() => undefined)) === undefined) continue
    await editGraph(graph, join(to, name, 'model.onnx'), await editsOf(layout, name, graph))
    if (layout !== 'optimum') await rm(join(to, name, 'config.json'), { force: true })
  }
  if (layout === 'diffusers') {
    await mkdir(join(to, 'safety_checker'))
    await writeFile(join(to, 'safety_checker', 'model.onnx'), 'never opened')
  }
  return layout === 'onnxstack' ? bareAsOnnxStack(to) : undefined
}

async function bareAsOnnxStack(folder: string): Promise<string | undefined> {
  for (const name of ['model_index.json', 'scheduler'])
    await rm(join(folder, name), { recursive: true, force: true })
  for (const name of ['tokenizer', 'tokenizer_2', 'tokenizer_3']) await bareTokenizer(join(folder, name))
  const net = join(folder, 'controlnet')
  if ((await stat(net).catch(() => undefined)) === undefined) return undefined
  // The ControlNet is a model of its own there, and the UNet that listens lies in its place.
  const apart = `${folder}-net`
  await cp(net, apart, { recursive: true })
  await rm(net, { recursive: true })
  await cp(join(folder, 'unet'), net, { recursive: true })
  return apart
}

/** tokenizer_config.json is left behind; CLIP's other files say the same. */
async function bareTokenizer(folder: string): Promise<void> {
  const path = join(folder, 'tokenizer_config.json')
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return
  const config = JSON.parse(text) as Record<string, unknown>
  await rm(path)
  const tokens = Object.entries(config).filter(([key]) => /^(bos|eos|unk|pad)_token$/.test(key))
  await writeFile(join(folder, 'special_tokens_map.json'), JSON.stringify(Object.fromEntries(tokens)))
  const isClip = (await stat(join(folder, 'merges.txt')).catch(() => undefined)) !== undefined
  if (isClip && !/qwen/i.test(text)) await rm(join(folder, 'tokenizer.json'))
}
