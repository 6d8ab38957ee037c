import { bundledPrefix, bundledPrefixes } from './bundled-prefixes.ts'
import { recogniseAdapter } from './probe-adapter.ts'
import { recognisePart } from './probe-part.ts'
import { recogniseTransformer } from './probe-transformer.ts'
import { recogniseUNet } from './probe-unet.ts'
import { recogniseUpscaler } from './probe-upscaler.ts'
import { viewOf, type Finding, type TensorTable } from './probe-finding.ts'

/** Where single files keep their denoiser, most telling first. */
export const denoiserPrefixes = [
  'model.diffusion_model.',
  'diffusion_model.',
  'transformer.',
  'unet.',
  'model.',
  'net.',
  '',
]

/** Parts that a family cannot do without, when all lie in one file. */
export const requiredParts: Record<string, string[]> = {
  sd1: ['text_encoder', 'vae'],
  sd2: ['text_encoder', 'vae'],
  sdxl: ['text_encoder', 'text_encoder_2', 'vae'],
  sd3: ['text_encoder', 'text_encoder_2', 'vae'],
  flux1: ['text_encoder', 'text_encoder_2', 'vae', 'tokenizer_2'],
  'z-image': ['text_encoder', 'vae', 'tokenizer'],
}

export function bundledParts(table: TensorTable): string[] {
  return Object.keys(bundledPrefixes).filter((part) => bundledPrefix(part, table.keys()) !== undefined)
}

/** The denoiser inside some tensors with the prefix that it was found under, or undefined. */
export function recogniseDenoiser(table: TensorTable): { finding: Finding; prefix: string } | undefined {
  for (const prefix of denoiserPrefixes) {
    const view = viewOf(table, prefix)
    if (prefix !== '' && !view.some('')) continue
    const finding = recogniseTransformer(view) ?? recogniseUNet(table, view)
    if (finding !== undefined) return { finding, prefix }
  }
  return undefined
}

function withParts(finding: Finding, table: TensorTable, isUNet: boolean): Finding {
  // Flux has two text encoders, and T5 is the second.
  const renamed = (part: string): string =>
    finding.family === 'flux1' && part === 'text_encoder_3' ? 'text_encoder_2' : part
  const parts = [isUNet ? 'unet' : 'transformer', ...bundledParts(table).map(renamed)]
  const missing = (requiredParts[finding.family] ?? []).filter((part) => !parts.includes(part))
  const whole: Finding = { ...finding, parts, missing }
  return missing.length > 0 && whole.obstacle === undefined ? { ...whole, obstacle: 'parts-missing' } : whole
}

const unrecognised: Finding = {
  kind: 'unknown',
  family: 'unknown',
  detail: 'weights of no known kind',
  confidence: 'guess',
  obstacle: 'unrecognised',
}

/** What a set of tensors is, asked in the order in which the answers exclude each other. */
export function recogniseTensors(table: TensorTable, metadata: Record<string, string>): Finding {
  const whole = recogniseDenoiser(table)
  const complete = whole !== undefined && bundledParts(table).length > 0
  const adapter = complete ? undefined : recogniseAdapter(table, metadata)
  if (adapter !== undefined) return adapter
  if (table.size > 0 && [...table.keys()].some((name) => name.startsWith('control_model.'))) {
    return recognisePart(table) ?? unrecognised
  }
  const early = recogniseUpscaler(table)
  if (early !== undefined) return early
  const part = recognisePart(table)
  if (part !== undefined && (part.kind === 'controlnet' || part.kind === 'adapter')) return part
  if (whole !== undefined)
    return withParts(
      whole.finding,
      table,
      ['sd1', 'sd2', 'sdxl', 'sdxl-refiner', 'svd', 'unknown'].includes(whole.finding.family),
    )
  return part ?? unrecognised
}
