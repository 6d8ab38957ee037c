import { SanggarError } from '../contract/errors.ts'
import type { StagePlan } from './graph/autoencoder-stages.ts'
import type { GraphSource } from './session-source.ts'
import type { Tokenizer } from './tokenizers/tokenizer.ts'

export const componentNames = [
  'text_encoder',
  'text_encoder_2',
  'text_encoder_3',
  'unet',
  'transformer',
  'controlnet',
  // further ones, as diffusers numbers them
  'controlnet_1',
  'controlnet_2',
  'controlnet_3',
  'vae_encoder',
  'vae_decoder',
] as const

export type AutoencoderHalf = 'vae_encoder' | 'vae_decoder'
/** graphs of [Note: An autoencoder in stages] */
export type StageGraphName = `${AutoencoderHalf}/${string}`
export type ComponentName = (typeof componentNames)[number]
/** what a session can be opened of */
export type GraphName = ComponentName | StageGraphName
export type TokenizerName = 'tokenizer' | 'tokenizer_2' | 'tokenizer_3'
export type Config = Record<string, unknown>

export type Component = {
  source: GraphSource
  /** config.json beside the graph, {} when there is none */
  config: Config
  /** bytes of weights, for the memory policy */
  bytes: number
  /** names of the graph's inputs and outputs, when known without loading */
  inputs: string[]
  outputs: string[]
  /** input name -> declared sides, numbers where fixed */
  shapes: Record<string, (number | string | null)[]>
  /** inputs that are fed on every call besides the pipeline's own: the strengths of adapters */
  scalars?: () => Readonly<Record<string, number>>
}

/** One way to cut one half: see [Note: An autoencoder in stages]. */
export type AutoencoderStages = readonly {
  plan: StagePlan
  /** those that give the statistics of the norms that are not known before; then the one that gives the map */
  graphs: readonly { name: StageGraphName; component: Component }[]
}[]

/** A model as the pipelines take it, whether it lies in an ONNX folder or was built from a checkpoint. */
export type ModelParts = {
  /** folder or file as the person named it */
  path: string
  /** model_index.json; {} where the layout has none */
  index: Config
  components: Partial<Record<ComponentName, Component>>
  /** of an autoencoder whose graphs can be built in stages: the same weights once more, the quicker way first */
  autoencoderStages?: Partial<Record<AutoencoderHalf, readonly AutoencoderStages[]>>
  /** of OnnxStack's folders, beside the plain UNet: the one that takes what ControlNets give */
  listeningUnet?: Component
  tokenizers: Partial<Record<TokenizerName, () => Promise<Tokenizer>>>
  /** scheduler/scheduler_config.json */
  scheduler?: Config
  /** ControlNets that somebody added: path -> the component that it became */
  controlNames?: Readonly<Record<string, ComponentName>>
  /** manifest.json of models that Sanggar ships or wrote */
  manifest: Config
  /** vocabulary.json of a model that knows only a small world */
  vocabulary?: Config
}

export function numberIn(config: Config | undefined, key: string): number | undefined {
  const value = config?.[key]
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** Throws 'model-folder-incomplete'. */
export function needComponent(parts: ModelParts, name: GraphName): Component {
  const found = graphOf(parts, name)
  if (found === undefined) {
    throw new SanggarError({
      code: 'model-folder-incomplete',
      path: parts.path,
      missing: name,
    })
  }
  return found
}

/** A network of the model, or one stage of its autoencoder. */
export function graphOf(
  { components, autoencoderStages }: ModelParts,
  name: GraphName,
): Component | undefined {
  const stages = Object.values(autoencoderStages ?? {}).flat(2)
  const staged = stages.flatMap(({ graphs }) => graphs).find((graph) => graph.name === name)
  return staged?.component ?? components[name as ComponentName]
}

/** Throws 'model-folder-incomplete'. */
export async function needTokenizer(parts: ModelParts, name: TokenizerName): Promise<Tokenizer> {
  const open = parts.tokenizers[name]
  if (open === undefined) {
    throw new SanggarError({ code: 'model-folder-incomplete', path: parts.path, missing: name })
  }
  return open()
}

/** `_class_name` of model_index.json, '' when there is none. */
export function className({ index }: Pick<ModelParts, 'index'>): string {
  const name = index['_class_name']
  return typeof name === 'string' ? name : ''
}
