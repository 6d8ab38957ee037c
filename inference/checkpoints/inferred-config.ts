import { contextWidth } from '../graph/unet.ts'
import { countBelow, hasBelow, required, type WeightSource } from '../graph/weights.ts'

/** As in a diffusers folder's config.json. */
export type ComponentConfig = Readonly<Record<string, unknown>>

const rowsOfName = (weights: WeightSource, name: string): number => required(weights, name).shape[0] ?? 0

/**
 * Nothing in a file says how many groups its norms have. All published networks have 32; where 32 does not divide
 * a width, the largest power of two that leaves two channels to a group.
 */
export function groupsFor(widths: readonly number[]): number {
  let groups = 32
  while (groups > 1 && widths.some((width) => width % groups !== 0 || width / groups < 2)) groups /= 2
  return groups
}

/**
 * Nothing in a file says how many heads attention has. SD 1.x (1x1 convolutions around the transformer) has 8 of any
 * size; SD 2.x and SDXL (linear layers) have heads of 64.
 */
function headsFor(widths: readonly number[], linear: boolean): number | number[] {
  if (linear && widths.every((width) => width % 64 === 0)) return widths.map((width) => width / 64)
  let heads = 8
  while (heads > 1 && widths.some((width) => width % heads !== 0 || width / heads < 2)) heads /= 2
  return heads
}

/** What UNet2DConditionModel's or ControlNetModel's config.json would say of these tensors (diffusers' names). */
export function unetConfig(weights: WeightSource): ComponentConfig {
  const levels = Array.from({ length: countBelow(weights, 'down_blocks.') }, (_, i) => i)
  const widths = levels.map((level) => rowsOfName(weights, `down_blocks.${level}.resnets.0.conv1.weight`))
  const projection = [...weights].find(([name]) => name.endsWith('.proj_in.weight'))?.[1]
  const linear = projection?.shape.length === 2
  const added = weights.get('add_embedding.linear_1.weight')?.shape[1]
  return {
    in_channels: required(weights, 'conv_in.weight').shape[1],
    out_channels: weights.get('conv_out.weight')?.shape[0],
    cross_attention_dim: contextWidth(weights),
    block_out_channels: widths,
    attention_head_dim: headsFor(widths, linear),
    use_linear_projection: linear,
    norm_num_groups: groupsFor(widths),
    norm_eps: 1e-5,
    time_cond_proj_dim: weights.get('time_embedding.cond_proj.weight')?.shape[1] ?? null,
    addition_embed_type: added === undefined ? null : 'text_time',
    addition_time_embed_dim: added === undefined ? null : 256,
    projection_class_embeddings_input_dim: added ?? null,
  }
}

/** What AutoencoderKL's config.json would say, but for the scale of its latents, which is not in the file. */
export function vaeConfig(weights: WeightSource): ComponentConfig {
  const levels = Array.from({ length: countBelow(weights, 'decoder.up_blocks.') }, (_, i) => i)
  const widths = levels
    .map((level) => rowsOfName(weights, `decoder.up_blocks.${level}.resnets.0.conv1.weight`))
    .reverse()
  return {
    in_channels: 3,
    out_channels: rowsOfName(weights, 'decoder.conv_out.weight'),
    latent_channels: required(weights, 'decoder.conv_in.weight').shape[1],
    block_out_channels: widths,
    norm_num_groups: groupsFor(widths),
  }
}

/** Class of a text encoder, from its names. */
export function textClass(weights: WeightSource): string {
  if (hasBelow(weights, 'encoder.block.0.')) return 'T5EncoderModel'
  if ([...weights.keys()].some((name) => /(^|\.)layers\.0\.self_attn\.q_norm\./.test(name)))
    return 'Qwen3Model'
  const projected = [...weights.keys()].some((name) => /(^|\.)text_projection(\.weight)?$/.test(name))
  return projected ? 'CLIPTextModelWithProjection' : 'CLIPTextModel'
}

/** What CLIPTextModel's config.json would say. `openClip`: from the names, the shapes do not tell. */
export function clipConfig(weights: WeightSource, openClip: boolean): ComponentConfig {
  const width = rowsOfName(weights, 'final_layer_norm.weight')
  const projected = weights.get('text_projection.weight')?.shape[0]
  return {
    hidden_size: width,
    num_hidden_layers: countBelow(weights, 'encoder.layers.'),
    num_attention_heads: width % 64 === 0 ? width / 64 : 4,
    intermediate_size: rowsOfName(weights, 'encoder.layers.0.mlp.fc1.weight'),
    max_position_embeddings: rowsOfName(weights, 'embeddings.position_embedding.weight'),
    vocab_size: rowsOfName(weights, 'embeddings.token_embedding.weight'),
    hidden_act: openClip ? 'gelu' : 'quick_gelu',
    layer_norm_eps: 1e-5,
    eos_token_id: 2,
    ...(projected === undefined ? {} : { projection_dim: projected }),
  }
}

/**
 * How a stored graph's network is built, as far as the names and shapes of its convolutions tell: for exports without
 * a config.json. Nothing says what the latents are scaled by.
 */
export function geometryOf(tensors: ReadonlyMap<string, { shape: readonly number[] }>): ComponentConfig {
  const find = (name: RegExp) =>
    [...tensors].flatMap(([tensor, { shape }]) => {
      const found = name.exec(tensor)
      return found === null ? [] : [{ level: Number(found[1] ?? 0), shape }]
    })
  const widthsOf = (blocks: string): number[] =>
    find(new RegExp(`(?:^|\\.)${blocks}\\.(\\d+)\\.resnets\\.0\\.conv1\\.weight$`))
      .toSorted((a, b) => a.level - b.level)
      .map(({ shape }) => shape[0] ?? 0)
  const up = widthsOf('decoder\\.up_blocks')
  const widths = up.length > 0 ? up.reverse() : widthsOf('down_blocks')
  const latents = find(/(?:^|\.)decoder\.conv_in\.weight$/)[0]?.shape[1]
  const channels = tensors.get('conv_in.weight')?.shape[1]
  return {
    ...(widths.length === 0 ? {} : { block_out_channels: widths }),
    ...(latents === undefined ? {} : { latent_channels: latents }),
    ...(channels === undefined ? {} : { in_channels: channels }),
  }
}
