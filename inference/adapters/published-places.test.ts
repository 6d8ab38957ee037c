import { describe, expect, it } from 'vitest'

import type { Weight, WeightSource } from '../graph/weights.ts'
import { publishedPlaces } from './published-places.ts'

const weights = (shapes: Record<string, number>): WeightSource =>
  new Map(
    Object.entries(shapes).map(([module, rows]): [string, Weight] => [
      `${module}.weight`,
      { dtype: 'F32', shape: [rows, 4], path: 'file', begin: 0, end: rows * 16 },
    ]),
  )

const flux = weights({
  'transformer_blocks.0.attn.to_q': 8,
  'transformer_blocks.0.attn.to_k': 8,
  'transformer_blocks.0.attn.to_v': 8,
  'transformer_blocks.0.attn.to_out.0': 8,
  'single_transformer_blocks.0.attn.to_q': 8,
  'single_transformer_blocks.0.attn.to_k': 8,
  'single_transformer_blocks.0.attn.to_v': 8,
  'single_transformer_blocks.0.proj_mlp': 32,
  x_embedder: 8,
})
const sd3 = weights({
  'transformer_blocks.0.attn.add_q_proj': 6,
  'transformer_blocks.0.attn.add_k_proj': 6,
  'transformer_blocks.0.attn.add_v_proj': 6,
  'transformer_blocks.0.ff.net.0.proj': 24,
})

describe('published names of layers', () => {
  it.each([
    [
      'FluxTransformer2DModel',
      flux,
      'double_blocks.0.img_attn.qkv',
      { 'attn.to_q': [0, 8], 'attn.to_k': [8, 16], 'attn.to_v': [16, 24] },
    ],
    ['FluxTransformer2DModel', flux, 'double_blocks.0.img_attn.proj', { 'attn.to_out.0': undefined }],
    [
      'FluxTransformer2DModel',
      flux,
      'single_blocks.0.linear1',
      { 'attn.to_q': [0, 8], 'attn.to_k': [8, 16], 'attn.to_v': [16, 24], proj_mlp: [24, 56] },
    ],
    ['FluxTransformer2DModel', flux, 'img_in', { x_embedder: undefined }],
    [
      'SD3Transformer2DModel',
      sd3,
      'joint_blocks.0.context_block.attn.qkv',
      { 'attn.add_q_proj': [0, 6], 'attn.add_k_proj': [6, 12], 'attn.add_v_proj': [12, 18] },
    ],
    ['SD3Transformer2DModel', sd3, 'joint_blocks.0.x_block.mlp.fc1', { 'ff.net.0.proj': undefined }],
  ])('names the layers of %s (%#)', (type, source, name, expected) => {
    const places = publishedPlaces(type, source).get(name) ?? []
    const found = places.map(({ module, rows }) => [module.replace(/^.*?blocks\.0\./, ''), rows])
    expect(Object.fromEntries(found)).toEqual(expected)
  })

  it('are none where no layer is there', () => {
    expect(publishedPlaces('FluxTransformer2DModel', flux).has('double_blocks.0.txt_attn.qkv')).toBe(false)
    expect(publishedPlaces('UNet2DConditionModel', flux).size).toBe(0)
  })
})
