import { embeddingRows, learnedBy, withEmbeddings, type EmbeddingFile } from '../adapters/embedding-file.ts'
import { scaleInput } from '../graph/deltas.ts'
import { cuts } from '../graph/autoencoder-stages.ts'
import type { BuiltGraph } from '../graph/graph.ts'
import { bytesInMemory } from '../graph/weights-in-memory.ts'
import { componentNames, type Component, type ComponentName, type ModelParts } from '../model-parts.ts'
import { openTokenizer } from '../tokenizers/open-tokenizer.ts'
import type { Checkpoint } from './checkpoint.ts'
import { componentTypes, type Component as Network, type GraphOptions } from './components.ts'

export type PartsOptions = {
  /** strength of each adapter that the networks carry, in their order; asked again on every call */
  adapterScales?: () => readonly number[]
  /** words that text encoders and tokenizers are to know besides their own */
  embeddings?: readonly EmbeddingFile[]
  /** the UNet is to listen to ControlNets that are not the checkpoint's own */
  controlled?: boolean
}

/** A network's part of the checkpoint's config: the halves of an autoencoder share one. */
function networkOf(name: ComponentName): string {
  return name.startsWith('vae_') ? 'vae' : name
}

/** Its graph is built when somebody first asks. */
function lazyComponent(
  network: Network | undefined,
  build: () => BuiltGraph,
  scalars?: Component['scalars'],
): Component {
  let built: BuiltGraph | undefined
  const graph = (): BuiltGraph => (built ??= build())
  return {
    get source() {
      return graph()
    },
    config: { ...network?.config },
    bytes: network === undefined ? 0 : bytesInMemory(network.weights),
    get inputs() {
      return graph().inputs.map((port) => port.name)
    },
    get outputs() {
      return graph().outputs.map((port) => port.name)
    },
    get shapes() {
      return Object.fromEntries(graph().inputs.map((port) => [port.name, [...port.shape]]))
    },
    ...(scalars === undefined ? {} : { scalars }),
  }
}

function tokenizersOf(
  checkpoint: Checkpoint,
  embeddings: readonly EmbeddingFile[],
): ModelParts['tokenizers'] {
  const tokenizers: ModelParts['tokenizers'] = {}
  for (const name of ['tokenizer', 'tokenizer_2', 'tokenizer_3'] as const) {
    const place = checkpoint.tokenizers[name]
    if (place === undefined) continue
    const { folder, padToken } = place
    const known = learnedBy(checkpoint.networks.get(name.replace('tokenizer', 'text_encoder')), embeddings)
    let opened: ReturnType<typeof openTokenizer> | undefined
    tokenizers[name] = () =>
      (opened ??= openTokenizer(folder, padToken === undefined ? {} : { padToken }).then((tokenizer) =>
        withEmbeddings(tokenizer, known),
      ))
  }
  return tokenizers
}

/** [Note: An autoencoder in stages]; nothing for kinds that tile as they are. */
export function autoencoderStagesOf(vae: Network | undefined): NonNullable<ModelParts['autoencoderStages']> {
  const { stages } = componentTypes[vae?.type ?? ''] ?? {}
  const found: ModelParts['autoencoderStages'] = {}
  for (const half of ['encoder', 'decoder'] as const) {
    if (vae === undefined || stages === undefined || !vae.weights.has(`${half}.conv_in.weight`)) continue
    found[`vae_${half}`] = cuts.map((cut) =>
      stages.plans(vae, half, cut).map((plan, index) => {
        const known = plan.isFirstKnown ? 1 : 0
        const sought = Array.from({ length: Math.max(0, plan.norms - known) }, (_, i) => known + i)
        const graphs = [...sought, undefined].map((norm) => ({
          name: `vae_${half}/${plan.name}${norm === undefined ? '' : `, norm ${norm}`}` as const,
          component: lazyComponent(vae, () => stages.graph(vae, half, { cut, index, sought: norm })),
        }))
        return { plan, graphs }
      }),
    )
  }
  return found
}

/** A checkpoint as the pipelines take a model. */
export function modelPartsOf(checkpoint: Checkpoint, options: PartsOptions = {}): ModelParts {
  const { adapterScales, embeddings = [], controlled = false } = options
  const rows = embeddingRows(checkpoint.networks, embeddings, checkpoint.path)
  const scalars =
    adapterScales === undefined
      ? undefined
      : () => Object.fromEntries(adapterScales().map((scale, adapter) => [scaleInput(adapter), scale]))
  const components: ModelParts['components'] = {}
  for (const name of componentNames) {
    if (!checkpoint.graphs.includes(name)) continue
    const graphOptions: GraphOptions = {
      // A folder with a ControlNet has a UNet that listens to it.
      controlnet: controlled || checkpoint.graphs.includes('controlnet'),
      extraEmbeddings: rows[name] ?? [],
    }
    const network = checkpoint.networks.get(networkOf(name))
    components[name] = lazyComponent(network, () => checkpoint.graph(name, graphOptions), scalars)
  }
  return {
    path: checkpoint.path,
    autoencoderStages: autoencoderStagesOf(checkpoint.networks.get('vae')),
    index: { ...checkpoint.modelIndex },
    components,
    tokenizers: tokenizersOf(checkpoint, embeddings),
    scheduler: { ...checkpoint.configs['scheduler'] },
    manifest: {},
  }
}
