import { viewOf, type Finding, type TensorTable } from './probe-finding.ts'

/** The wrappers that training programs leave around the weights. */
export const upscalerPrefixes = '|params_ema.|params.|model.|module.|netG.|net_g.|model_g.|generator.'.split(
  '|',
)

function upscaler(family: string, detail: string): Finding {
  return {
    kind: 'upscaler',
    family,
    detail,
    confidence: 'certain',
    capabilities: ['upscale'],
    parts: ['upscaler'],
  }
}

/** Upscalers of other architectures by one telling name each. */
const others: readonly [RegExp, string][] = [
  [/(^|\.)layers\.0\.residual_group\.overlap_attn\./, 'HAT'],
  [/(^|\.)layers\.0\.blocks\.\d+\.attn\.(attns\.0\.|attn_mask_0$)/, 'DAT'],
  [/(^|\.)layers\.0\.residual_group\.blocks\.0\.attn\.(relative_position_bias_table|logit_scale)$/, 'SwinIR'],
  [/(^|\.)residual_layer\.0\.residual_layer\.0\.layer\.0\./, 'OmniSR'],
  [/(^|\.)feats\.1\.lk\./, 'RealPLKSR'],
  [/(^|\.)block_1\.c1_r\./, 'SPAN'],
]

/** ESRGAN (new and old names) and the compact SRVGG; others are named and not run. Undefined for what is none. */
export function recogniseUpscaler(table: TensorTable): Finding | undefined {
  for (const prefix of upscalerPrefixes) {
    const view = viewOf(table, prefix)
    if (view.has('conv_first.weight') && view.some('body.0.rdb1.')) {
      const channels = view.shape('conv_first.weight')?.[1] ?? 3
      const grown = 2 ** [1, 2, 3, 4].filter((step) => view.has(`conv_up${step}.weight`)).length
      const scale = channels === 12 ? grown / 2 : channels === 48 ? grown / 4 : grown
      return upscaler('esrgan', `ESRGAN, ${view.count('body.')} blocks, x${scale}`)
    }
    if (view.some('conv_first.') && view.some('RRDB_trunk.0.RDB1.')) {
      return upscaler('esrgan', `ESRGAN (first release's names), ${view.count('RRDB_trunk.')} blocks`)
    }
    if (view.has('model.0.weight') && view.some('model.1.sub.0.RDB1.')) {
      return upscaler('esrgan', `ESRGAN (old names), ${view.count('model.1.sub.') - 1} blocks`)
    }
    const first = view.shape('body.0.weight')
    if (first?.length === 4 && first[1] === 3 && view.shape('body.1.weight')?.length === 1) {
      const last = view.count('body.') - 1
      const scale = Math.sqrt((view.shape(`body.${last}.weight`)?.[0] ?? 3) / 3)
      return upscaler('srvgg', `compact upscaler (SRVGG), x${scale}`)
    }
  }
  for (const [pattern, name] of others) {
    if (![...table.keys()].some((tensor) => pattern.test(tensor))) continue
    return { ...upscaler('other', `${name} upscaler`), capabilities: [], obstacle: 'family-unsupported' }
  }
  return undefined
}
