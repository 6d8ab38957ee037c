import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { expect, it } from 'vitest'

import { failureOf } from '../../contract/errors.ts'
import { openCheckpoint } from './checkpoint.ts'
import { refuseStrangers } from './strangers.ts'

const pipelines = fileURLToPath(new URL('../../reference/data/pipelines/', import.meta.url))
const pooling = 'time_text_embed.text_embedder.linear_1.weight'

// prettier-ignore
const cases: [pipeline: string, network: string, tensor: string, side: number, expected: object][] = [
  ['sd15-tiny', 'text_encoder', 'final_layer_norm.weight', 0, { detail: 'text-width', facts: { given: '8', wanted: '32' } }],
  ['sd15-tiny', 'unet', 'conv_out.weight', 0, { detail: 'latent-channels', facts: { given: '8', wanted: '4' } }],
  ['sd15-tiny', 'vae', 'decoder.conv_in.weight', 1, { detail: 'latent-channels', facts: { given: '4', wanted: '8' } }],
  ['flux-tiny', 'text_encoder', 'final_layer_norm.weight', 0, { detail: 'text-width', facts: { given: '8', wanted: '24' } }],
  ['flux-tiny', 'text_encoder_2', 'encoder.final_layer_norm.weight', 0, { detail: 'text-width', facts: { given: '8', wanted: '32' } }],
  ['flux-tiny', 'transformer', 'context_embedder.weight', 1, { detail: 'text-width', facts: { given: '32', wanted: '8' } }],
  ['flux-tiny', 'transformer', pooling, 1, { detail: 'text-width', facts: { given: '24', wanted: '8' } }],
  ['flux-tiny', 'transformer', 'proj_out.weight', 0, { detail: 'latent-channels', facts: { given: '2', wanted: '4' } }],
  ['flux-tiny', 'vae', 'decoder.conv_in.weight', 1, { detail: 'latent-channels', facts: { given: '4', wanted: '8' } }],
  ['sd3-tiny', 'text_encoder_2', 'text_projection.weight', 0, { detail: 'text-width', facts: { given: '24', wanted: '40' } }],
  ['sd3-tiny', 'text_encoder_3', 'encoder.final_layer_norm.weight', 0, { detail: 'text-width', facts: { given: '8', wanted: '48' } }],
  ['sd3-tiny', 'transformer', 'pos_embed.proj.weight', 2, { detail: 'parts', facts: { tensor: 'proj_out.weight', parts: '64' } }],
  ['sd3-tiny', 'transformer', 'proj_out.weight', 0, { detail: 'latent-channels', facts: { given: '2', wanted: '8' } }],
  ['zimage-tiny', 'text_encoder', 'embed_tokens.weight', 1, { detail: 'text-width', facts: { given: '8', wanted: '32' } }],
  ['zimage-tiny', 'transformer', 'all_final_layer.2-1.linear.weight', 0, { detail: 'latent-channels', facts: { given: '2', wanted: '16' } }],
]

it.each(cases)(
  '%s whose %s has 8 as a side of %s is refused (%#)',
  async (pipeline, name, tensor, side, expected) => {
    const { networks } = await openCheckpoint(join(pipelines, pipeline, 'diffusers'))
    const network = networks.get(name)
    const weight = network?.weights.get(tensor)
    if (network === undefined || weight === undefined) throw new Error(tensor)
    const weights = new Map(network.weights).set(tensor, { ...weight, shape: weight.shape.with(side, 8) })
    let failure: unknown
    try {
      refuseStrangers(new Map(networks).set(name, { ...network, weights }), 'file')
    } catch (error) {
      failure = failureOf(error)
    }
    expect(failure).toMatchObject({ code: 'model-damaged', ...expected })
  },
)

it('says nothing of parts that are not there', async () => {
  for (const pipeline of ['sdxl-tiny', 'flux-tiny', 'sd3-tiny', 'zimage-tiny']) {
    const { networks } = await openCheckpoint(join(pipelines, pipeline, 'diffusers'))
    for (const left of networks.keys()) {
      const others = new Map(networks)
      others.delete(left)
      expect(() => refuseStrangers(others, 'file')).not.toThrow()
    }
  }
})
