import { furtherOutputs } from '../graph/onnx.ts'
import { type StoredNode, readOnnxNodes } from './onnx-weights.ts'

/*
 * [Note: Outputs that exporters leave out] The diffusers script and OnnxStack's converter export CLIP with its last
 * state alone, where SDXL, SD 3 and skipped layers need earlier ones, and autoencoders that draw their own noise, so
 * that no seed gives the same picture twice. What is missing is there, inside the graph: nodes and convolutions keep
 * the module's path in their names or in those of their weights. It becomes an output while the file is opened.
 */
export type InnerOutputs = { names: string[]; addition: Uint8Array }

/** hidden_states.0 … n of a CLIP text encoder, the last one before the final norm; undefined where none can be found. */
export async function innerLayers(path: string): Promise<InnerOutputs | undefined> {
  const layers: string[] = []
  let last: string | undefined
  for (const node of await readOnnxNodes(path)) {
    const [input] = node.inputs
    if (input === undefined) continue
    const layer = Number(
      normOf(node, /(?:^|[/.])encoder[/.]layers\.(\d+)[/.]layer_norm1(?:[/.]|$)/)?.[1] ?? -1,
    )
    if (layer >= 0) layers[layer] ??= input
    if (normOf(node, /(?:^|[/.])final_layer_norm(?:[/.]|$)/) !== undefined) last ??= input
  }
  if (last === undefined || layers.length === 0 || layers.includes(undefined as never)) return undefined
  const states = [...layers, last].map((tensor, i) => [tensor, `hidden_states.${i}`] as const)
  return outputsOf(states, ['layer batch', 'layer sequence', 'layer width'])
}

/** The norm that a node begins: by its own name, or by that of the gain that it takes. */
function normOf({ name, type, inputs }: StoredNode, pattern: RegExp): RegExpExecArray | undefined {
  const gain = type === 'LayerNormalization' ? inputs[1] : undefined
  return pattern.exec(name) ?? (gain === undefined ? null : pattern.exec(gain)) ?? undefined
}

/** latent_parameters (mean, then log variance) of an autoencoder's encoder that answers a finished sample. */
export async function innerMoments(
  path: string,
  outputs: readonly string[],
): Promise<InnerOutputs | undefined> {
  const nodes = await readOnnxNodes(path)
  const by = (weight: RegExp) =>
    nodes.find(({ type, inputs }) => type === 'Conv' && weight.test(inputs[1] ?? ''))
  // SD 3's and Flux's have no convolution behind the encoder's last one.
  const found = by(/(?:^|[/.])quant_conv\.weight$/) ?? by(/(?:^|[/.])encoder\.conv_out\.weight$/)
  const tensor = found?.outputs[0]
  if (tensor === undefined || outputs.includes(tensor)) return undefined
  return outputsOf(
    [[tensor, 'latent_parameters']],
    ['moments batch', 'moments channels', 'moments height', 'moments width'],
  )
}

function outputsOf(inner: (readonly [string, string])[], shape: string[]): InnerOutputs {
  return { names: inner.map(([, output]) => output), addition: furtherOutputs(inner, shape) }
}
