import { countBelow, renamed, type Weight, type WeightSource } from '../graph/weights.ts'

/** The names that attention had in early diffusers files, and in ldm. */
const attentionParts: Readonly<Record<string, string>> = {
  norm: 'group_norm',
  q: 'to_q',
  k: 'to_k',
  v: 'to_v',
  query: 'to_q',
  key: 'to_k',
  value: 'to_v',
  proj_out: 'to_out.0',
  proj_attn: 'to_out.0',
}

function withAttentionParts(name: string): string {
  return name.replace(
    /(mid_block\.attentions\.0\.)([a-z_]+)(?=\.(?:weight|bias)$)/,
    (_, before: string, part: string) => {
      return before + (attentionParts[part] ?? part)
    },
  )
}

/** Names of an autoencoder, ldm's or any generation of diffusers', as today's diffusers has them. */
export function canonicalVae(weights: WeightSource): Map<string, Weight> {
  const levels = countBelow(weights, 'decoder.up.')
  return renamed(weights, (name) =>
    withAttentionParts(
      name
        .replace(/^encoder\.down\.(\d+)\.block\./, 'encoder.down_blocks.$1.resnets.')
        .replace(/^encoder\.down\.(\d+)\.downsample\./, 'encoder.down_blocks.$1.downsamplers.0.')
        // ldm numbers the decoder's levels from the highest resolution, diffusers in the order they run.
        .replace(
          /^decoder\.up\.(\d+)\.block\./,
          (_, n: string) => `decoder.up_blocks.${levels - 1 - Number(n)}.resnets.`,
        )
        .replace(
          /^decoder\.up\.(\d+)\.upsample\./,
          (_, n: string) => `decoder.up_blocks.${levels - 1 - Number(n)}.upsamplers.0.`,
        )
        .replace(
          /^(encoder|decoder)\.mid\.block_(\d)\./,
          (_, side: string, n: string) => `${side}.mid_block.resnets.${Number(n) - 1}.`,
        )
        .replace(/^(encoder|decoder)\.mid\.attn_1\./, '$1.mid_block.attentions.0.')
        .replace(/^(encoder|decoder)\.norm_out\./, '$1.conv_norm_out.')
        .replace('.nin_shortcut.', '.conv_shortcut.'),
    ),
  )
}
