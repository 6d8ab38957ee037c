import { withNetworks, type Checkpoint } from '../checkpoints/checkpoint.ts'
import type { Component } from '../checkpoints/components.ts'
import { bytesInMemory } from '../graph/weights-in-memory.ts'
import type { Reduced } from './choose-form.ts'
import { unpackedNetwork } from './unpacked-network.ts'
import { preciseCheckpoint, type PrecisionOptions } from './precise-checkpoint.ts'

export type FittingOptions = Pick<PrecisionOptions, 'cacheFolder' | 'threads' | 'smallest'> & {
  /** auto: exact as long as it fits, then balanced, then small */
  precision: 'auto' | 'exact' | Reduced
  /** bytes that the weights of one network may take; networks take turns */
  memory: number
  /** a network is being brought to 8 bits, which is done once */
  onLayer?: (network: string, done: number, of: number) => void | Promise<void>
}

export type Fitting = {
  checkpoint: Checkpoint
  /** networks that do not run exactly, and in which form */
  forms: Record<string, Reduced>
}

/** The form of one network: the person's choice holds for the denoiser, memory decides on the text encoders. */
function formOf(
  name: string,
  network: Component,
  { precision, memory }: FittingOptions,
): Reduced | undefined {
  if (precision === 'exact') return undefined
  const isDenoiser = name === 'unet' || name === 'transformer'
  if (isDenoiser && precision !== 'auto') return precision
  const isText = name.startsWith('text_encoder')
  const exact = bytesInMemory(network.weights)
  if ((!isDenoiser && !isText) || exact <= memory) return undefined
  // A byte for each number instead of four. In UNets convolutions stay in 8 bits: there is little to be won.
  return name !== 'unet' && exact / 4 > memory ? 'small' : 'balanced'
}

/** What is to run in float32 and lies in ggml's blocks, in a file of its own. */
async function unpacked(
  checkpoint: Checkpoint,
  name: string,
  { cacheFolder, smallest, onLayer }: FittingOptions,
): Promise<Checkpoint> {
  const network = checkpoint.networks.get(name)
  if (network === undefined) return checkpoint
  const whole = await unpackedNetwork(network, {
    model: checkpoint.path,
    network: name,
    cacheFolder,
    ...(smallest === undefined ? {} : { smallest }),
    ...(onLayer === undefined ? {} : { onLayer: (done: number, of: number) => onLayer(name, done, of) }),
  })
  return whole === network
    ? checkpoint
    : withNetworks(checkpoint, new Map(checkpoint.networks).set(name, whole))
}

/**
 * The checkpoint with every network in a form that fits: Qwen3-4B and Z-Image's transformer take 16 and 25 GB
 * exactly, 4 and 6 GB in 8 bits. The 8-bit weights are written tensor by tensor, so that making them takes little
 * memory. Throws what `preciseCheckpoint` throws.
 */
export async function fittingCheckpoint(checkpoint: Checkpoint, options: FittingOptions): Promise<Fitting> {
  const { cacheFolder, threads, smallest, onLayer } = options
  const forms: Fitting['forms'] = {}
  let fitting = checkpoint
  for (const [name, network] of checkpoint.networks) {
    const precision = formOf(name, network, options)
    if (precision === undefined) {
      fitting = await unpacked(fitting, name, options)
      continue
    }
    const precise = await preciseCheckpoint(fitting, {
      precision,
      network: name,
      cacheFolder,
      threads,
      forMemory: options.precision === 'auto',
      ...(smallest === undefined ? {} : { smallest }),
      ...(onLayer === undefined ? {} : { onLayer: (done: number, of: number) => onLayer(name, done, of) }),
    })
    fitting = await unpacked(precise.checkpoint, name, options)
    forms[name] = precision
  }
  return { checkpoint: fitting, forms }
}
