import { SanggarError } from '../../contract/errors.ts'
import { openAutoencoder } from '../checkpoints/autoencoder-file.ts'
import type { Checkpoint } from '../checkpoints/checkpoint.ts'
import { withNetworks } from '../checkpoints/checkpoint.ts'
import { modelPartsOf } from '../checkpoints/model-parts-of.ts'
import type { Finding } from '../checkpoints/probe-finding.ts'
import { recogniseTensors } from '../checkpoints/probe-table.ts'
import { readSafetensorsHeader } from '../checkpoints/safetensors.ts'
import type { ModelParts } from '../model-parts.ts'
import { adapt } from './adapt.ts'
import { openAdapter, type AdapterFile } from './adapter-file.ts'
import { openEmbedding, type EmbeddingFile } from './embedding-file.ts'

/** The result of `open`, or undefined when the file is of another kind. */
async function unlessOther<T>(opening: Promise<T>): Promise<T | undefined> {
  try {
    return await opening
  } catch (error) {
    if (error instanceof SanggarError && error.failure.code === 'model-unsupported') return undefined
    throw error
  }
}

const unfit = (path: string, kind: string, reason: string): SanggarError =>
  new SanggarError({ code: 'model-unsupported', path, kind, reason })

/**
 * What a file is that somebody added to a model. Throws 'model-unsupported' for whole models, and for adapters of a
 * kind that is not run: parts of such a file may look like one that is.
 */
async function findingOf(path: string): Promise<Finding> {
  const { tensors, metadata } = await readSafetensorsHeader(path)
  const finding = recogniseTensors(tensors, metadata)
  if (finding.kind === 'pipeline') throw unfit(path, finding.detail, 'not-an-adapter')
  if (finding.obstacle === undefined || finding.kind === 'unknown') return finding
  throw unfit(path, finding.detail, finding.obstacle)
}

export type AdaptedParts = {
  parts: ModelParts
  /** layers that an adapter has and this model has not, for a note: [file, count] */
  left: [string, number][]
}

/**
 * A checkpoint with whatever files a person added to it: changes of weights (LoRA and its kin), learned words, or
 * another autoencoder. With `controlled` the UNet also listens to ControlNets. `scales` gives the strength of every file in its place and is asked again on every call.
 * Throws 'adapter-mismatch' (for another model), 'model-unsupported' (no adapter, or of a kind that is not run),
 * 'model-damaged', 'path-not-found'.
 */
export async function adaptedParts(
  checkpoint: Checkpoint,
  paths: readonly string[],
  scales: () => readonly number[],
  controlled = false,
): Promise<AdaptedParts> {
  let networks = new Map(checkpoint.networks)
  const changes: { place: number; file: AdapterFile }[] = []
  const embeddings: EmbeddingFile[] = []
  for (const [place, path] of paths.entries()) {
    const finding = await findingOf(path)
    const file = await unlessOther(openAdapter(path))
    if (file !== undefined) {
      changes.push({ place, file })
      continue
    }
    const words = await unlessOther(openEmbedding(path))
    if (words !== undefined) {
      embeddings.push(words)
      continue
    }
    const vae = await unlessOther(openAutoencoder(path, checkpoint.configs['vae']))
    if (vae === undefined) throw unfit(path, finding.detail, 'not-an-adapter')
    const channels = checkpoint.configs['vae']?.['latent_channels'] ?? 4
    if ((vae.config['latent_channels'] ?? channels) !== channels) {
      throw new SanggarError({ code: 'adapter-mismatch', adapter: path, model: checkpoint.path })
    }
    networks.set('vae', vae)
  }
  const left: [string, number][] = []
  if (changes.length > 0) {
    const files = changes.map(({ file }) => file)
    const { networks: adapted, unmatched } = adapt(networks, files, checkpoint.path)
    networks = adapted
    for (const [i, missing] of unmatched.entries()) {
      if (missing.length > 0) left.push([files[i]?.path ?? '', missing.length])
    }
  }
  const parts = modelPartsOf(withNetworks(checkpoint, networks), {
    embeddings,
    controlled,
    adapterScales: () => {
      const all = scales()
      return changes.map(({ place }) => all[place] ?? 1)
    },
  })
  return { parts, left }
}
