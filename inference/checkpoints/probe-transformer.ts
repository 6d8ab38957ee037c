import { declined, picturesFromText, type Finding, type TensorView } from './probe-finding.ts'

type Recogniser = (view: TensorView) => Finding | undefined

function transformer(family: string, detail: string, confidence: Finding['confidence'] = 'certain'): Finding {
  return { kind: 'pipeline', family, detail, confidence, capabilities: picturesFromText }
}

const sd3: Recogniser = (view) => {
  const published = view.some('joint_blocks.0.context_block.attn.qkv.')
  const diffusers = view.some('transformer_blocks.0.attn.add_q_proj.') && view.has('pos_embed.proj.weight')
  if (!published && !diffusers) return undefined
  const depth = view.count(published ? 'joint_blocks.' : 'transformer_blocks.')
  const dual = view.some('joint_blocks.0.x_block.attn2.') || view.some('transformer_blocks.0.attn2.')
  const named =
    depth === 24 ? (dual ? 'SD 3.5 medium' : 'SD 3 medium') : depth === 38 ? 'SD 3.5 large' : 'SD 3'
  return transformer('sd3', `${named} (MMDiT, ${depth} blocks)`)
}

const flux2Sizes: Record<number, string> = { 7680: 'Klein 4B', 12_288: 'Klein 9B', 15_360: 'Dev' }

const flux: Recogniser = (view) => {
  const published = view.some('double_blocks.0.img_attn.norm.key_norm.')
  const diffusers =
    view.some('single_transformer_blocks.0.attn.') && view.some('transformer_blocks.0.attn.add_q_proj.')
  if (!published && !diffusers) return undefined
  if (view.some('double_stream_modulation_img.') || view.some('single_stream_modulation.')) {
    const width = view.shape('txt_in.weight')?.[1] ?? view.shape('context_embedder.weight')?.[1] ?? 0
    return declined('flux2', `FLUX.2 ${flux2Sizes[width] ?? ''}`.trim())
  }
  if (view.some('nerf_blocks.')) return declined('chroma', 'Chroma Radiance')
  if (view.some('distilled_guidance_layer.')) return declined('chroma', 'Chroma')
  const guidance = view.has('guidance_in.in_layer.weight') || view.some('time_text_embed.guidance_embedder.')
  const named = guidance ? 'FLUX.1 dev' : 'FLUX.1 schnell'
  const channels = view.shape('img_in.weight')?.[1] ?? view.shape('x_embedder.weight')?.[1]
  const variants: Record<number, string> = { 384: 'Fill', 128: 'control', 196: 'Flex.2' }
  const variant = channels === undefined ? undefined : variants[channels]
  if (variant !== undefined) {
    return {
      ...declined('flux1', `FLUX.1 ${variant} (${channels} input channels)`),
      obstacle: 'variant-unsupported',
    }
  }
  return transformer('flux1', `${named} (guidance ${guidance ? 'embedded' : 'distilled away'})`)
}

const zImage: Recogniser = (view) => {
  const published = view.has('noise_refiner.0.attention.k_norm.weight')
  const diffusers = view.has('noise_refiner.0.attention.norm_k.weight')
  if (!view.has('cap_embedder.1.weight') || (!published && !diffusers)) return undefined
  const [width, textWidth] = view.shape('cap_embedder.1.weight') ?? []
  if (view.some('control_layers.') || view.some('control_all_x_embedder.')) {
    return declined('z-image', 'Z-Image ControlNet', 'controlnet-unsupported')
  }
  if (!view.has('cap_pad_token')) {
    // Lumina 2 has the same blocks and no learned pad tokens.
    return width === 2304
      ? declined('lumina2', 'Lumina Image 2')
      : {
          ...declined('z-image', 'a relative of Z-Image without caption padding'),
          obstacle: 'variant-unsupported',
        }
  }
  const detail = `Z-Image (S3-DiT, ${view.count('layers.')} layers, text width ${textWidth ?? '?'})`
  return transformer('z-image', detail, width === 3840 ? 'certain' : 'likely')
}

/** Families known by one telling name: [name, family, what people call it, is it video]. */
const telling: [string, string, string, boolean][] = [
  ['transformer_blocks.0.img_mod.1.weight', 'qwen-image', 'Qwen-Image', false],
  ['double_layers.0.attn.w1q.weight', 'auraflow', 'AuraFlow', false],
  ['t_block.1.weight', 'pixart', 'PixArt', false],
  ['adaln_single.linear.weight', 'pixart', 'PixArt (diffusers names)', false],
  ['mlp_t5.0.weight', 'hunyuan-dit', 'Hunyuan-DiT', false],
  ['clf.1.weight', 'cascade', 'Stable Cascade', false],
  ['caption_projection.linear_1.weight', 'pixart', 'PixArt or Sana', false],
  ['head.modulation', 'wan', 'Wan (video)', true],
  ['adaln_single.emb.timestep_embedder.linear_1.bias', 'ltx', 'LTX (video)', true],
  ['txt_in.individual_token_refiner.blocks.0.norm1.weight', 'hunyuan-video', 'HunyuanVideo', true],
  ['blocks.0.adaln_modulation_cross_attn.1.weight', 'cosmos', 'Cosmos (video)', true],
  ['t5_yproj.weight', 'mochi', 'Mochi (video)', true],
]

const named: Recogniser = (view) => {
  if (view.some('txt_in.individual_token_refiner.')) {
    return declined('hunyuan-video', 'HunyuanVideo', 'video-unsupported')
  }
  for (const [name, family, detail, video] of telling) {
    if (!view.has(name)) continue
    // PixArt and LTX share their first modulation layer; the caption projection with frames is LTX's.
    if (family === 'pixart' && view.has('scale_shift_table') && view.has('patchify_proj.weight')) {
      return declined('ltx', 'LTX (video)', 'video-unsupported')
    }
    return declined(family, detail, video ? 'video-unsupported' : 'family-unsupported')
  }
  return undefined
}

const recognisers: Recogniser[] = [flux, sd3, zImage, named]

/** A diffusion transformer by its names, or undefined. */
export function recogniseTransformer(view: TensorView): Finding | undefined {
  for (const recognise of recognisers) {
    const finding = recognise(view)
    if (finding !== undefined) return finding
  }
  return undefined
}
