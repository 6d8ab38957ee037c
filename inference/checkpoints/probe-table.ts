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

const bundled: [part: string, starts: string[]][] = [
  ['vae', ['first_stage_model.', 'vae.']],
  [
    'text_encoder',
    [
      'cond_stage_model.',
      'conditioner.embedders.0.',
      'text_encoders.clip_l.',
      'text_encoder.',
      'text_encoders.qwen3',
    ],
  ],
  ['text_encoder_2', ['conditioner.embedders.1.', 'text_encoders.clip_g.', 'text_encoder_2.']],
  ['text_encoder_3', ['text_encoders.t5xxl.', 'text_encoder_3.']],
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
  const present = new Set<string>()
  for (const name of table.keys()) {
    for (const [part, starts] of bundled)
      if (starts.some((start) => name.startsWith(start))) present.add(part)
  }
  // SDXL's refiner has the second encoder only, under the first number.
  return bundled.map(([part]) => part).filter((part) => present.has(part))
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
  const parts = [isUNet ? 'unet' : 'transformer', ...bundledParts(table)]
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
