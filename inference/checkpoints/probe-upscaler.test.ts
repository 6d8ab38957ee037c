import { describe, expect, it } from 'vitest'

import { recogniseTensors } from './probe-table.ts'

describe('an upscaler of an architecture that is not run', () => {
  it.each([
    ['HAT', 'layers.0.residual_group.overlap_attn.qkv.weight'],
    ['DAT', 'layers.0.blocks.2.attn.attn_mask_0'],
    ['SwinIR', 'layers.0.residual_group.blocks.0.attn.relative_position_bias_table'],
    ['OmniSR', 'residual_layer.0.residual_layer.0.layer.0.fn.0.weight'],
    ['RealPLKSR', 'params_ema.feats.1.lk.conv.weight'],
    ['SPAN', 'block_1.c1_r.sk.weight'],
  ])('is called %s', (name, tensor) => {
    const found = recogniseTensors(new Map([[tensor, { dtype: 'F32', shape: [8, 8] }]]), {})
    expect(found).toMatchObject({
      kind: 'upscaler',
      detail: `${name} upscaler`,
      obstacle: 'family-unsupported',
    })
  })
})
