import { indivisible, renamed, rowsOf, type Weight, type WeightSource } from '../graph/weights.ts'

/** Published name -> canonical name; `$1` is a block's number. */
type Rule = readonly [RegExp, string]

/** A tensor of several layers stacked by rows: canonical names and their shares of the rows. */
type Stack = readonly [RegExp, readonly { name: string; share: number }[]]

const equal = (...names: string[]): { name: string; share: number }[] =>
  names.map((name) => ({ name, share: 1 }))

function apply(weights: WeightSource, rules: readonly Rule[], stacks: readonly Stack[]): Map<string, Weight> {
  const result = new Map<string, Weight>()
  for (const [name, weight] of weights) {
    const stack = stacks.find(([pattern]) => pattern.test(name))
    if (stack === undefined) {
      const rule = rules.find(([pattern]) => pattern.test(name))
      result.set(rule === undefined ? name : name.replace(rule[0], rule[1]), weight)
      continue
    }
    const [pattern, parts] = stack
    const [rows = 0] = weight.shape
    const shares = parts.reduce((sum, { share }) => sum + share, 0)
    let start = 0
    if (rows % shares !== 0) throw indivisible(weight, name, shares)
    for (const part of parts) {
      const end = start + (rows * part.share) / shares
      result.set(name.replace(pattern, part.name), rowsOf(weight, start, end))
      start = end
    }
  }
  return result
}

const zImageRules: readonly Rule[] = [
  [/^x_embedder\./, 'all_x_embedder.2-1.'],
  [/^final_layer\./, 'all_final_layer.2-1.'],
  [/\.attention\.out\./, '.attention.to_out.0.'],
  [/\.attention\.q_norm\./, '.attention.norm_q.'],
  [/\.attention\.k_norm\./, '.attention.norm_k.'],
]
const zImageStacks: readonly Stack[] = [
  [/\.attention\.qkv\./, equal('.attention.to_q.', '.attention.to_k.', '.attention.to_v.')],
]

/** Z-Image's original checkpoints fuse q, k and v; diffusers splits them. */
export function canonicalZImage(weights: WeightSource): Map<string, Weight> {
  return apply(weights, zImageRules, zImageStacks)
}

const block = 'transformer_blocks.$1.'
const single = 'single_transformer_blocks.$1.'
const fluxRules: readonly Rule[] = [
  [/^img_in\./, 'x_embedder.'],
  [/^txt_in\./, 'context_embedder.'],
  [/^time_in\.in_layer\./, 'time_text_embed.timestep_embedder.linear_1.'],
  [/^time_in\.out_layer\./, 'time_text_embed.timestep_embedder.linear_2.'],
  [/^vector_in\.in_layer\./, 'time_text_embed.text_embedder.linear_1.'],
  [/^vector_in\.out_layer\./, 'time_text_embed.text_embedder.linear_2.'],
  [/^guidance_in\.in_layer\./, 'time_text_embed.guidance_embedder.linear_1.'],
  [/^guidance_in\.out_layer\./, 'time_text_embed.guidance_embedder.linear_2.'],
  [/^double_blocks\.(\d+)\.img_mod\.lin\./, `${block}norm1.linear.`],
  [/^double_blocks\.(\d+)\.txt_mod\.lin\./, `${block}norm1_context.linear.`],
  [/^double_blocks\.(\d+)\.img_attn\.norm\.query_norm\.(scale|weight)$/, `${block}attn.norm_q.weight`],
  [/^double_blocks\.(\d+)\.img_attn\.norm\.key_norm\.(scale|weight)$/, `${block}attn.norm_k.weight`],
  [/^double_blocks\.(\d+)\.txt_attn\.norm\.query_norm\.(scale|weight)$/, `${block}attn.norm_added_q.weight`],
  [/^double_blocks\.(\d+)\.txt_attn\.norm\.key_norm\.(scale|weight)$/, `${block}attn.norm_added_k.weight`],
  [/^double_blocks\.(\d+)\.img_attn\.proj\./, `${block}attn.to_out.0.`],
  [/^double_blocks\.(\d+)\.txt_attn\.proj\./, `${block}attn.to_add_out.`],
  [/^double_blocks\.(\d+)\.img_mlp\.([02])\./, `${block}ff.net.$2.`],
  [/^double_blocks\.(\d+)\.txt_mlp\.([02])\./, `${block}ff_context.net.$2.`],
  [/^single_blocks\.(\d+)\.modulation\.lin\./, `${single}norm.linear.`],
  [/^single_blocks\.(\d+)\.norm\.query_norm\.(scale|weight)$/, `${single}attn.norm_q.weight`],
  [/^single_blocks\.(\d+)\.norm\.key_norm\.(scale|weight)$/, `${single}attn.norm_k.weight`],
  [/^single_blocks\.(\d+)\.linear2\./, `${single}proj_out.`],
  [/^final_layer\.linear\./, 'proj_out.'],
]
/** The feed-forward's first layer is published under 0, diffusers calls it 0.proj. */
const feedForwardRule: Rule = [/\.(ff|ff_context)\.net\.0\.(?!proj\.)/, '.$1.net.0.proj.']
/** Published output norms have shift before scale, diffusers the other way round. */
const finalStack: Stack = [/^final_layer\.adaLN_modulation\.1\./, equal('norm_out.shift.', 'norm_out.scale.')]
const fluxStacks: readonly Stack[] = [
  [
    /^double_blocks\.(\d+)\.img_attn\.qkv\./,
    equal(`${block}attn.to_q.`, `${block}attn.to_k.`, `${block}attn.to_v.`),
  ],
  [
    /^double_blocks\.(\d+)\.txt_attn\.qkv\./,
    equal(`${block}attn.add_q_proj.`, `${block}attn.add_k_proj.`, `${block}attn.add_v_proj.`),
  ],
  [
    /^single_blocks\.(\d+)\.linear1\./,
    // The feed-forward is four times as wide.
    [
      ...equal(`${single}attn.to_q.`, `${single}attn.to_k.`, `${single}attn.to_v.`),
      { name: `${single}proj_mlp.`, share: 4 },
    ],
  ],
  finalStack,
]

function withFeedForward(weights: WeightSource): Map<string, Weight> {
  return renamed(weights, (name) => name.replace(...feedForwardRule))
}

/** FLUX.1 as Black Forest Labs publishes it, in diffusers' names. */
export function canonicalFlux(weights: WeightSource): Map<string, Weight> {
  return withFeedForward(apply(weights, fluxRules, fluxStacks))
}

const sd3Rules: readonly Rule[] = [
  [/^x_embedder\.proj\./, 'pos_embed.proj.'],
  [/^pos_embed$/, 'pos_embed.pos_embed'],
  [/^t_embedder\.mlp\.0\./, 'time_text_embed.timestep_embedder.linear_1.'],
  [/^t_embedder\.mlp\.2\./, 'time_text_embed.timestep_embedder.linear_2.'],
  [/^y_embedder\.mlp\.0\./, 'time_text_embed.text_embedder.linear_1.'],
  [/^y_embedder\.mlp\.2\./, 'time_text_embed.text_embedder.linear_2.'],
  [/^joint_blocks\.(\d+)\.x_block\.adaLN_modulation\.1\./, `${block}norm1.linear.`],
  [/^joint_blocks\.(\d+)\.context_block\.adaLN_modulation\.1\./, `${block}norm1_context.linear.`],
  [/^joint_blocks\.(\d+)\.x_block\.(attn2?)\.ln_q\./, `${block}$2.norm_q.`],
  [/^joint_blocks\.(\d+)\.x_block\.(attn2?)\.ln_k\./, `${block}$2.norm_k.`],
  [/^joint_blocks\.(\d+)\.context_block\.attn\.ln_q\./, `${block}attn.norm_added_q.`],
  [/^joint_blocks\.(\d+)\.context_block\.attn\.ln_k\./, `${block}attn.norm_added_k.`],
  [/^joint_blocks\.(\d+)\.x_block\.(attn2?)\.proj\./, `${block}$2.to_out.0.`],
  [/^joint_blocks\.(\d+)\.context_block\.attn\.proj\./, `${block}attn.to_add_out.`],
  [/^joint_blocks\.(\d+)\.x_block\.mlp\.fc1\./, `${block}ff.net.0.proj.`],
  [/^joint_blocks\.(\d+)\.x_block\.mlp\.fc2\./, `${block}ff.net.2.`],
  [/^joint_blocks\.(\d+)\.context_block\.mlp\.fc1\./, `${block}ff_context.net.0.proj.`],
  [/^joint_blocks\.(\d+)\.context_block\.mlp\.fc2\./, `${block}ff_context.net.2.`],
  [/^final_layer\.linear\./, 'proj_out.'],
]

/** SD 3 and 3.5 as Stability publishes them, in diffusers' names. */
export function canonicalSd3(weights: WeightSource): Map<string, Weight> {
  let last = -1
  for (const name of weights.keys()) {
    const number = /^joint_blocks\.(\d+)\./.exec(name)?.[1]
    if (number !== undefined) last = Math.max(last, Number(number))
  }
  const stacks: Stack[] = [
    [
      /^joint_blocks\.(\d+)\.x_block\.(attn2?)\.qkv\./,
      equal(`${block}$2.to_q.`, `${block}$2.to_k.`, `${block}$2.to_v.`),
    ],
    [
      /^joint_blocks\.(\d+)\.context_block\.attn\.qkv\./,
      equal(`${block}attn.add_q_proj.`, `${block}attn.add_k_proj.`, `${block}attn.add_v_proj.`),
    ],
    // The last block only reads the text: its norm is of the kind that output layers have.
    [
      new RegExp(`^joint_blocks\\.(${last})\\.context_block\\.adaLN_modulation\\.1\\.`),
      equal(`${block}norm1_context.shift.`, `${block}norm1_context.scale.`),
    ],
    finalStack,
  ]
  return apply(weights, sd3Rules, stacks)
}

/** transformers' language models keep their decoder under `model.`; the head that predicts words is not needed. */
export function canonicalQwen3(weights: WeightSource): Map<string, Weight> {
  const prefix = ['language_model.model.', 'model.language_model.', 'model.'].find((start) =>
    weights.has(`${start}embed_tokens.weight`),
  )
  return renamed(weights, (name) => {
    if (prefix === undefined) return name
    return name.startsWith(prefix) ? name.slice(prefix.length) : undefined
  })
}
