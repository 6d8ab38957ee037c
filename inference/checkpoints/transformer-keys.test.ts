import { describe, expect, it } from 'vitest'

import type { Weight } from '../graph/weights.ts'
import { canonicalFlux, canonicalQwen3, canonicalSd3, canonicalZImage } from './transformer-keys.ts'

/** A source of names alone: every tensor [rows, 4] of float32, each behind the one before. */
function source(tensors: Record<string, number>): Map<string, Weight> {
  let begin = 0
  return new Map(
    Object.entries(tensors).map(([name, rows]) => {
      const weight: Weight = { dtype: 'F32', shape: [rows, 4], path: '/f', begin, end: begin + rows * 16 }
      begin = weight.end
      return [name, weight]
    }),
  )
}

const names = (weights: Map<string, Weight>): string[] => [...weights.keys()].sort()

describe('published names', () => {
  it('of Z-Image: fused q, k and v become three pieces of the same bytes', () => {
    const found = canonicalZImage(
      source({
        'x_embedder.weight': 8,
        'layers.0.attention.qkv.weight': 24,
        'layers.0.attention.q_norm.weight': 2,
        'layers.0.attention.out.weight': 8,
      }),
    )
    expect(names(found)).toEqual([
      'all_x_embedder.2-1.weight',
      'layers.0.attention.norm_q.weight',
      'layers.0.attention.to_k.weight',
      'layers.0.attention.to_out.0.weight',
      'layers.0.attention.to_q.weight',
      'layers.0.attention.to_v.weight',
    ])
    expect(found.get('layers.0.attention.to_k.weight')).toMatchObject({ shape: [8, 4], begin: 256, end: 384 })
  })

  it('of Flux: linear1 holds q, k, v and the feed-forward; the output norm has shift first', () => {
    const found = canonicalFlux(
      source({
        'double_blocks.3.img_attn.qkv.bias': 6,
        'double_blocks.3.txt_attn.norm.key_norm.scale': 2,
        'double_blocks.3.txt_mlp.0.weight': 8,
        'double_blocks.3.img_mlp.2.weight': 2,
        'single_blocks.7.linear1.weight': 14,
        'single_blocks.7.linear2.weight': 2,
        'final_layer.adaLN_modulation.1.weight': 4,
        'final_layer.linear.weight': 2,
        'guidance_in.out_layer.weight': 2,
      }),
    )
    expect(found.get('single_transformer_blocks.7.attn.to_q.weight')?.shape).toEqual([2, 4])
    expect(found.get('single_transformer_blocks.7.proj_mlp.weight')?.shape).toEqual([8, 4])
    const shift = found.get('norm_out.shift.weight')
    expect(shift?.end).toBe(found.get('norm_out.scale.weight')?.begin)
    expect(names(found)).toEqual(
      [
        'norm_out.scale.weight',
        'norm_out.shift.weight',
        'proj_out.weight',
        'single_transformer_blocks.7.attn.to_k.weight',
        'single_transformer_blocks.7.attn.to_q.weight',
        'single_transformer_blocks.7.attn.to_v.weight',
        'single_transformer_blocks.7.proj_mlp.weight',
        'single_transformer_blocks.7.proj_out.weight',
        'time_text_embed.guidance_embedder.linear_2.weight',
        'transformer_blocks.3.attn.norm_added_k.weight',
        'transformer_blocks.3.attn.to_k.bias',
        'transformer_blocks.3.attn.to_q.bias',
        'transformer_blocks.3.attn.to_v.bias',
        'transformer_blocks.3.ff.net.2.weight',
        'transformer_blocks.3.ff_context.net.0.proj.weight',
      ].sort(),
    )
  })

  it('of SD 3: only the last block has a norm that shifts first', () => {
    const found = canonicalSd3(
      source({
        'joint_blocks.0.context_block.adaLN_modulation.1.weight': 12,
        'joint_blocks.1.context_block.adaLN_modulation.1.weight': 4,
        'joint_blocks.0.x_block.attn2.qkv.weight': 6,
        'joint_blocks.0.x_block.attn.ln_k.weight': 2,
        'joint_blocks.0.context_block.mlp.fc1.weight': 8,
        pos_embed: 9,
        'y_embedder.mlp.2.weight': 2,
      }),
    )
    expect(names(found)).toEqual(
      [
        'pos_embed.pos_embed',
        'time_text_embed.text_embedder.linear_2.weight',
        'transformer_blocks.0.attn.norm_k.weight',
        'transformer_blocks.0.attn2.to_k.weight',
        'transformer_blocks.0.attn2.to_q.weight',
        'transformer_blocks.0.attn2.to_v.weight',
        'transformer_blocks.0.ff_context.net.0.proj.weight',
        'transformer_blocks.0.norm1_context.linear.weight',
        'transformer_blocks.1.norm1_context.scale.weight',
        'transformer_blocks.1.norm1_context.shift.weight',
      ].sort(),
    )
  })

  it('of Qwen3: the decoder without the head', () => {
    const found = canonicalQwen3(
      source({
        'model.embed_tokens.weight': 4,
        'model.layers.0.self_attn.q_norm.weight': 1,
        'lm_head.weight': 4,
      }),
    )
    expect(names(found)).toEqual(['embed_tokens.weight', 'layers.0.self_attn.q_norm.weight'])
  })

  it('of diffusers stay as they are', () => {
    const flux = source({
      'transformer_blocks.0.ff.net.0.proj.weight': 8,
      'norm_out.linear.weight': 4,
      'proj_out.weight': 2,
    })
    expect(names(canonicalFlux(flux))).toEqual(names(flux))
    expect(names(canonicalSd3(flux))).toEqual(names(flux))
  })
})
