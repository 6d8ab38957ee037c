import type { BuiltGraph } from '../graph/graph.ts'
import { componentNames, type Component, type ComponentName, type ModelParts } from '../model-parts.ts'
import { openTokenizer } from '../tokenizers/open-tokenizer.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { GraphOptions } from './components.ts'

/** A network's part of the checkpoint's config: the halves of an autoencoder share one. */
function networkOf(name: ComponentName): string {
  return name.startsWith('vae_') ? 'vae' : name
}

/** Where the component's graph is built when somebody first asks. */
function lazyComponent(checkpoint: Checkpoint, name: ComponentName, options: GraphOptions): Component {
  let built: BuiltGraph | undefined
  const graph = (): BuiltGraph => (built ??= checkpoint.graph(name, options))
  const network = checkpoint.networks.get(networkOf(name))
  return {
    get source() {
      return graph()
    },
    config: { ...network?.config },
    bytes: [...(network?.weights.values() ?? [])].reduce((sum, { begin, end }) => sum + end - begin, 0),
    get inputs() {
      return graph().inputs.map((port) => port.name)
    },
    get outputs() {
      return graph().outputs.map((port) => port.name)
    },
    get shapes() {
      return Object.fromEntries(graph().inputs.map((port) => [port.name, [...port.shape]]))
    },
  }
}

/** A checkpoint as the pipelines take a model. `options` by component. */
export function modelPartsOf(
  checkpoint: Checkpoint,
  options: Partial<Record<ComponentName, GraphOptions>> = {},
): ModelParts {
  const components: ModelParts['components'] = {}
  for (const name of componentNames) {
    if (checkpoint.graphs.includes(name))
      components[name] = lazyComponent(checkpoint, name, options[name] ?? {})
  }
  const tokenizers: ModelParts['tokenizers'] = {}
  for (const name of ['tokenizer', 'tokenizer_2', 'tokenizer_3'] as const) {
    const place = checkpoint.tokenizers[name]
    if (place === undefined) continue
    let opened: ReturnType<typeof openTokenizer> | undefined
    tokenizers[name] = () =>
      (opened ??= openTokenizer(
        place.folder,
        place.padToken === undefined ? {} : { padToken: place.padToken },
      ))
  }
  return {
    path: checkpoint.path,
    index: { ...checkpoint.modelIndex },
    components,
    tokenizers,
    scheduler: { ...checkpoint.configs['scheduler'] },
    manifest: {},
  }
}
