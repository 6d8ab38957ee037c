import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { SanggarError } from '../../contract/errors.ts'
import { type Component as Network, componentTypeOf } from '../checkpoints/components.ts'
import { readJson, weightFileIn, weightsIn } from '../checkpoints/diffusers-folder.ts'
import { type ComponentConfig, unetConfig } from '../checkpoints/inferred-config.ts'
import { readTensorFile } from '../checkpoints/tensor-file.ts'
import type { BuiltGraph } from '../graph/graph.ts'
import { below, hasBelow, type Weight, weightsOf } from '../graph/weights.ts'
import { readComponent } from '../model-folder.ts'
import type { Component } from '../model-parts.ts'

const type = 'ControlNetModel'

/**
 * A ControlNet by its path: a graph (.onnx, or a folder with model.onnx), a diffusers folder, or one file of
 * safetensors in CompVis' names (`control_model.…`) or diffusers'. A whole model's folder gives its `controlnet/`.
 * Only headers are read. Throws 'path-not-found', 'model-damaged', 'model-unsupported' for anything else.
 */
export async function openControlNet(path: string): Promise<Component> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new SanggarError({ code: 'path-not-found', path }, { cause })
  })
  if (!found.isDirectory()) {
    return path.toLowerCase().endsWith('.onnx') ? exported(path, dirname(path), path) : fromFile(path)
  }
  for (const folder of [path, join(path, 'controlnet')]) {
    const graph = join(folder, 'model.onnx')
    if ((await stat(graph).catch(() => undefined)) !== undefined) return exported(graph, folder, path)
    if ((await weightFileIn(folder)) !== undefined) {
      return built(await weightsIn(folder), path, await readJson(join(folder, 'config.json')))
    }
  }
  throw refused(path, 'no weights')
}

async function exported(graph: string, folder: string, path: string): Promise<Component> {
  const component = await readComponent(folder, graph)
  if (component?.inputs.includes('controlnet_cond') === true) return component
  throw refused(path, 'no input controlnet_cond')
}

async function fromFile(path: string): Promise<Component> {
  const weights = await weightsOf(await readTensorFile(path))
  return built(hasBelow(weights, 'control_model.') ? below(weights, 'control_model.') : weights, path)
}

function built(weights: Map<string, Weight>, path: string, config?: ComponentConfig): Component {
  const canonical = componentTypeOf(type, path).canonical(weights)
  if (!canonical.has('controlnet_cond_embedding.conv_in.weight') || !canonical.has('conv_in.weight')) {
    throw refused(path, 'not a ControlNet of a UNet')
  }
  // The "union" kind takes the sort of picture as a further input.
  if (canonical.has('task_embedding')) throw refused(path, 'ControlNet Union')
  const network: Network = { type, weights: canonical, config: { ...unetConfig(canonical), ...config }, path }
  let graph: BuiltGraph | undefined
  const build = (): BuiltGraph =>
    (graph ??= componentTypeOf(type, path).graphs['']?.(network, {}) as BuiltGraph)
  return {
    get source() {
      return build()
    },
    config: { ...network.config },
    bytes: [...canonical.values()].reduce((sum, { begin, end }) => sum + end - begin, 0),
    get inputs() {
      return build().inputs.map((port) => port.name)
    },
    get outputs() {
      return build().outputs.map((port) => port.name)
    },
    get shapes() {
      return Object.fromEntries(build().inputs.map((port) => [port.name, [...port.shape]]))
    },
  }
}

function refused(path: string, reason: string): SanggarError {
  return new SanggarError({ code: 'model-unsupported', path, kind: 'controlnet', reason })
}
