import { hasBelow, renamed, type Weight, type WeightSource } from '../graph/weights.ts'

/** llama.cpp's name of a tensor -> transformers'; `$1` is a block's number. Source: gguf's tensor_mapping.py */
type Rule = readonly [RegExp, string]

const qwen3: readonly Rule[] = [
  [/^token_embd\./, 'embed_tokens.'],
  [/^output_norm\./, 'norm.'],
  [/^blk\.(\d+)\.attn_norm\./, 'layers.$1.input_layernorm.'],
  [/^blk\.(\d+)\.ffn_norm\./, 'layers.$1.post_attention_layernorm.'],
  [/^blk\.(\d+)\.attn_([qkv])\./, 'layers.$1.self_attn.$2_proj.'],
  [/^blk\.(\d+)\.attn_output\./, 'layers.$1.self_attn.o_proj.'],
  [/^blk\.(\d+)\.attn_([qk])_norm\./, 'layers.$1.self_attn.$2_norm.'],
  [/^blk\.(\d+)\.ffn_(gate|up|down)\./, 'layers.$1.mlp.$2_proj.'],
]

const t5: readonly Rule[] = [
  [/^token_embd\./, 'shared.'],
  [/^enc\.output_norm\./, 'encoder.final_layer_norm.'],
  [/^enc\.blk\.(\d+)\.attn_norm\./, 'encoder.block.$1.layer.0.layer_norm.'],
  [/^enc\.blk\.(\d+)\.attn_([qkvo])\./, 'encoder.block.$1.layer.0.SelfAttention.$2.'],
  [/^enc\.blk\.(\d+)\.attn_rel_b\./, 'encoder.block.$1.layer.0.SelfAttention.relative_attention_bias.'],
  [/^enc\.blk\.(\d+)\.ffn_norm\./, 'encoder.block.$1.layer.1.layer_norm.'],
  [/^enc\.blk\.(\d+)\.ffn_gate\./, 'encoder.block.$1.layer.1.DenseReluDense.wi_0.'],
  [/^enc\.blk\.(\d+)\.ffn_up\./, 'encoder.block.$1.layer.1.DenseReluDense.wi_1.'],
  [/^enc\.blk\.(\d+)\.ffn_down\./, 'encoder.block.$1.layer.1.DenseReluDense.wo.'],
]

/** Text encoders as llama.cpp converts them, in transformers' names; others as they are. */
export function fromLlama(weights: WeightSource): Map<string, Weight> {
  if (!weights.has('token_embd.weight')) return new Map(weights)
  const rules = hasBelow(weights, 'enc.blk.') ? t5 : qwen3
  return renamed(weights, (name) => {
    const rule = rules.find(([pattern]) => pattern.test(name))
    return rule === undefined ? undefined : name.replace(rule[0], rule[1])
  })
}
