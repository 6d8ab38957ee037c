import { describe, expect, it } from 'vitest'

import { recogniseTensors } from './probe-table.ts'
import { canonicalUpscaler } from './upscaler-keys.ts'

describe('an upscaler in the wrapper of the program that trained it', () => {
  const esrgan = ['conv_first.weight', 'body.0.rdb1.conv1.weight', 'conv_body.weight', 'conv_last.weight']
  const old = [
    'model.0.weight',
    'model.1.sub.0.RDB1.conv1.0.weight',
    'model.1.sub.1.weight',
    'model.10.weight',
  ]
  const prefixes = ['', 'params_ema.', 'params.', 'module.', 'netG.', 'net_g.', 'model_g.', 'generator.']
  it.each(prefixes.flatMap((prefix) => [esrgan, old].map((names) => [prefix, names] as const)))(
    'is known and run (%s)',
    (prefix, names) => {
      const weight = { dtype: 'F32', shape: [3, 3, 3, 3], path: 'file', begin: 0, end: 324 }
      const table = new Map(names.map((name) => [prefix + name, weight]))
      expect(recogniseTensors(table, {})).toMatchObject({ kind: 'upscaler', family: 'esrgan' })
      const { family, weights } = canonicalUpscaler(table, 'file')
      expect(family).toBe('esrgan')
      expect([...weights.keys()]).toContain('body.0.rdb1.conv1.weight')
    },
  )
})

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
