import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { expect, it } from 'vitest'

import { failureOf } from '../../contract/errors.ts'
import { openCheckpoint, withNetworks } from '../checkpoints/checkpoint.ts'
import type { Weight } from './weights.ts'

const pipelines = fileURLToPath(new URL('../../reference/data/pipelines/', import.meta.url))

type Change = (weight: Weight) => Weight | undefined
const gone: Change = () => undefined
const shaped =
  (of: (shape: readonly number[]) => readonly number[]): Change =>
  (weight) => ({ ...weight, shape: of(weight.shape) })
const turned = shaped(([rows = 0, columns = 0, ...rest]) => [columns, rows, ...rest])
const shorter = shaped(([rows = 0, ...rest]) => [rows - 1, ...rest])
const narrower = shaped(([rows = 0, columns = 0, ...rest]) => [rows, columns - 1, ...rest])
const pointwise = shaped(([rows = 0, columns = 0]) => [rows, columns, 1, 1])
const flat = shaped((shape) => [shape.reduce((product, side) => product * side, 1)])
const single = shaped((shape) => shape.map(() => 1))
const whole: Change = (weight) => ({ ...weight, dtype: 'I32' })

const missing = (tensor: string) => ({ detail: 'tensor-missing', facts: { tensor } })
const misshapen = (tensor: string) => ({ detail: 'tensor-shape', facts: { tensor } })
const uneven = (tensor: string) => ({ detail: 'parts', facts: { tensor } })

const resnet = 'down_blocks.0.resnets.0'
const block = 'transformer_blocks.0'
// prettier-ignore
const cases: [pipeline: string, network: string, tensor: string, change: Change, expected: object][] = [
  ['sd15-tiny', 'unet', 'conv_in.weight', gone, missing('conv_in.weight')],
  ['sd15-tiny', 'unet', `${resnet}.conv1.bias`, gone, missing(`${resnet}.conv1.bias`)],
  ['sd15-tiny', 'unet', `${resnet}.conv1.weight`, pointwise, misshapen(`${resnet}.conv1.weight`)],
  ['sd15-tiny', 'unet', 'down_blocks.1.resnets.0.conv1.weight', turned, misshapen('down_blocks.1.resnets.0.conv1.weight')],
  ['sd15-tiny', 'unet', `${resnet}.conv2.weight`, narrower, misshapen(`${resnet}.conv2.weight`)],
  ['sd15-tiny', 'unet', `${resnet}.conv2.bias`, shorter, misshapen(`${resnet}.conv2.bias`)],
  ['sd15-tiny', 'unet', `${resnet}.norm1.weight`, shorter, misshapen(`${resnet}.norm1.weight`)],
  ['sd15-tiny', 'unet', 'down_blocks.0.downsamplers.0.conv.weight', gone, missing('down_blocks.0.downsamplers.0.conv.weight')],
  ['sd15-tiny', 'unet', 'down_blocks.1.resnets.0.conv_shortcut.weight', gone, missing('down_blocks.1.resnets.0.conv_shortcut.weight')],
  ['sd15-tiny', 'unet', 'time_embedding.linear_1.weight', narrower, misshapen('time_embedding.linear_1.weight')],
  ['sd15-tiny', 'unet', 'mid_block.attentions.0.transformer_blocks.0.norm2.bias', gone, missing('mid_block.attentions.0.transformer_blocks.0.norm2.bias')],
  ['sd15-tiny', 'text_encoder', 'final_layer_norm.bias', gone, missing('final_layer_norm.bias')],
  ['sd15-tiny', 'vae', 'encoder.conv_in.weight', narrower, misshapen('encoder.conv_in.weight')],
  ['sd15-tiny', 'unet', 'time_embedding.linear_2.weight', shorter, {}],
  ['sd15-tiny', 'unet', 'mid_block.attentions.0.transformer_blocks.0.ff.net.0.proj.weight', shorter, uneven('mid_block.attentions.0.transformer_blocks.0.ff.net.0.proj.weight')],
  ['sd15-tiny', 'unet', 'mid_block.attentions.0.transformer_blocks.0.attn1.to_k.weight', narrower, misshapen('mid_block.attentions.0.transformer_blocks.0.attn1.to_k.weight')],
  ['sd15-tiny', 'unet', 'conv_out.weight', whole, { code: 'model-unsupported', reason: 'quantised-unsupported' }],
  ['sd15-tiny', 'vae', 'quant_conv.weight', gone, missing('quant_conv.weight')],
  ['sd15-tiny', 'vae', 'decoder.conv_in.weight', pointwise, misshapen('decoder.conv_in.weight')],
  ['sd15-tiny', 'vae', 'decoder.mid_block.attentions.0.to_q.bias', gone, missing('decoder.mid_block.attentions.0.to_q.bias')],
  ['sd15-tiny', 'text_encoder', 'embeddings.position_embedding.weight', narrower, {}],
  ['sd15-tiny', 'text_encoder', 'embeddings.position_embedding.weight', flat, misshapen('text_model.embeddings.position_embedding.weight')],
  ['sd15-tiny', 'text_encoder', 'embeddings.token_embedding.weight', flat, {}],
  ['sd15-tiny', 'text_encoder', 'embeddings.token_embedding.weight', whole, { code: 'model-unsupported' }],
  ['sd15-tiny', 'text_encoder', 'embeddings.token_embedding.weight', single, misshapen('text_model.embeddings.token_embedding.weight')],
  ['sdxl-tiny', 'text_encoder_2', 'text_projection.weight', narrower, misshapen('text_projection.weight')],
  ['sdxl-tiny', 'unet', 'add_embedding.linear_1.weight', gone, missing('add_embedding.linear_1.weight')],
  ['flux-tiny', 'transformer', `${block}.norm1.linear.weight`, shorter, uneven(`${block}.norm1.linear.weight`)],
  ['flux-tiny', 'transformer', `${block}.attn.to_q.weight`, shorter, {}],
  ['flux-tiny', 'transformer', `${block}.attn.to_q.bias`, gone, missing(`${block}.attn.to_q.bias`)],
  ['sd3-tiny', 'transformer', 'transformer_blocks.1.attn.norm_k.weight', gone, missing('transformer_blocks.1.attn.norm_k.weight')],
  ['sd3-tiny', 'transformer', 'pos_embed.proj.weight', turned, {}],
  ['zimage-tiny', 'transformer', 'all_x_embedder.2-1.weight', narrower, uneven('all_x_embedder.2-1.weight')],
  ['zimage-tiny', 'transformer', 't_embedder.mlp.0.weight', narrower, uneven('t_embedder.mlp.0.weight')],
  ['flux-tiny', 'text_encoder_2', 'encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight', shorter, uneven('encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight')],
  ['zimage-tiny', 'transformer', 'cap_embedder.1.weight', narrower, misshapen('cap_embedder.1.weight')],
  ['zimage-tiny', 'transformer', 'layers.0.feed_forward.w2.weight', turned, misshapen('layers.0.feed_forward.w2.weight')],
  ['zimage-tiny', 'text_encoder', 'layers.0.self_attn.k_proj.weight', shorter, uneven('layers.0.self_attn.k_proj.weight')],
]

it.each(cases)(
  '%s: %s with another %s is refused in words of our own (%#)',
  async (pipeline, network, tensor, change, expected) => {
    const checkpoint = await openCheckpoint(join(pipelines, pipeline, 'diffusers'))
    const component = checkpoint.networks.get(network)
    const weights = new Map(component?.weights)
    const changed = change(weights.get(tensor) as Weight)
    if (changed === undefined) weights.delete(tensor)
    else weights.set(tensor, changed)
    if (component === undefined) throw new Error(network)
    const damaged = withNetworks(checkpoint, new Map([[network, { ...component, weights }]]))
    let failure: unknown
    try {
      for (const graph of damaged.graphs) damaged.graph(graph)
    } catch (error) {
      failure = failureOf(error)
    }
    expect(failure).toMatchObject({ code: 'model-damaged', ...expected })
  },
)
