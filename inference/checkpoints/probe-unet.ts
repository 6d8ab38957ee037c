import {
  declined,
  picturesFromText,
  type Finding,
  type TensorTable,
  type TensorView,
} from './probe-finding.ts'

type UNetFacts = {
  channels: number
  /** width of the text embeddings */
  context: number | undefined
  /** width of the added embedding (pooled text and sizes), where there is one */
  added: number | undefined
  linearProjection: boolean
  timeCondition: boolean
  modelChannels: number
  /** transformer blocks of the deepest attention */
  depth: number
}

function firstShape(
  table: TensorTable,
  view: TensorView,
  ending: string,
  below: string[],
): readonly number[] | undefined {
  for (const [name, { shape }] of table) {
    if (!name.startsWith(view.prefix) || !name.endsWith(ending)) continue
    if (below.some((start) => name.startsWith(view.prefix + start))) return shape
  }
  return undefined
}

function factsOf(table: TensorTable, view: TensorView): UNetFacts | undefined {
  const ldm = view.shape('input_blocks.0.0.weight')
  const first = ldm ?? (view.some('down_blocks.') ? view.shape('conv_in.weight') : undefined)
  if (first === undefined || first.length !== 4) return undefined
  const below = ldm ? ['input_blocks.', 'middle_block.'] : ['down_blocks.', 'mid_block.']
  const middle = ldm ? 'middle_block.1.' : 'mid_block.attentions.0.'
  return {
    channels: first[1] as number,
    modelChannels: first[0] as number,
    context: firstShape(table, view, '.attn2.to_k.weight', below)?.[1],
    added: (view.shape('label_emb.0.0.weight') ?? view.shape('add_embedding.linear_1.weight'))?.[1],
    linearProjection: firstShape(table, view, '.proj_in.weight', below)?.length === 2,
    timeCondition: view.has('time_embedding.cond_proj.weight') || view.has('time_embed.cond_proj.weight'),
    depth: view.count(`${middle}transformer_blocks.`),
  }
}

const ldmStems: Record<number, string> = { 9: 'inpainting', 8: 'pix2pix', 5: 'depth', 7: 'x4 upscaler' }

function baseOf(
  table: TensorTable,
  facts: UNetFacts,
): { family: string; name: string; confidence: Finding['confidence'] } {
  const { context, added } = facts
  if (added !== undefined) {
    if (context === 1280 || added === 2560)
      return { family: 'sdxl-refiner', name: 'SDXL refiner', confidence: 'certain' }
    // Half-depth relatives keep SDXL's widths and interface.
    const relatives: Record<number, string> = {
      4: 'SSD-1B',
      2: 'Segmind Vega',
      0: 'SDXL (no middle attention)',
    }
    const name = (facts.modelChannels === 320 ? relatives[facts.depth] : undefined) ?? 'SDXL'
    return { family: 'sdxl', name, confidence: context === 2048 && added === 2816 ? 'certain' : 'likely' }
  }
  if (context === 768) return { family: 'sd1', name: 'SD 1.x', confidence: 'certain' }
  if (context === 1024) return { family: 'sd2', name: 'SD 2.x', confidence: 'certain' }
  const openClip = [...table.keys()].some((name) => name.startsWith('cond_stage_model.model.'))
  return openClip || facts.linearProjection
    ? { family: 'sd2', name: 'SD 2.x', confidence: 'likely' }
    : { family: 'sd1', name: 'SD 1.x', confidence: 'likely' }
}

/** A UNet of the Stable Diffusion line, by ldm/sgm or by diffusers names, or undefined. */
export function recogniseUNet(table: TensorTable, view: TensorView): Finding | undefined {
  const facts = factsOf(table, view)
  if (facts === undefined) return undefined
  if (view.has('input_blocks.8.0.time_mixer.mix_factor') || view.some('down_blocks.0.temp_attentions.')) {
    return declined('svd', 'Stable Video Diffusion', 'video-unsupported')
  }
  if (facts.context === undefined) {
    return {
      ...declined('unknown', 'a UNet without text conditioning'),
      confidence: 'likely',
      obstacle: 'variant-unsupported',
    }
  }
  const { family, name, confidence } = baseOf(table, facts)
  const prediction = table.has('v_pred')
    ? ', v prediction'
    : table.has('edm_mean')
      ? ', EDM (Playground 2.5)'
      : ''
  const latent = facts.timeCondition ? ', LCM guidance embedding' : ''
  const stem = ldmStems[facts.channels]
  const variant = stem === undefined ? 'UNet' : `${stem} UNet`
  const finding: Finding = {
    kind: 'pipeline',
    family,
    detail: `${name} ${variant} (${facts.channels} channels${prediction}${latent})`,
    confidence,
    capabilities: facts.channels === 9 ? ['inpaint'] : picturesFromText,
  }
  const supported = facts.channels === 4 || facts.channels === 9
  if (!supported || family === 'sdxl-refiner' || table.has('edm_mean')) {
    return { ...finding, capabilities: [], obstacle: 'variant-unsupported' }
  }
  return finding
}
