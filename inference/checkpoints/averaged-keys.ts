const averages = 'model_ema.diffusion_model'
const denoiser = 'model.diffusion_model.'

/** A name of ldm's UNet whose dots were left out; parts of a block have one digit. */
export function dotted(flat: string): string {
  return flat
    .replace(/^(input_blocks|output_blocks)(\d+)(\d)/, '$1.$2.$3.')
    .replace(/^label_emb(\d)(\d)/, 'label_emb.$1.$2.')
    .replace(/^(middle_block|time_embed|out)(\d|cond_proj)/, '$1.$2.')
    .replace(/(in_layers|emb_layers|out_layers)(\d)/, '$1.$2.')
    .replace(/transformer_blocks(\d+)/, 'transformer_blocks.$1.')
    .replace(/(attn\d)(to_[qkv])/, '$1.$2.')
    .replace(/(attn\d)to_out(\d)/, '$1.to_out.$2.')
    .replace(/ffnet(\d)(proj)?/, (_, part: string, inner?: string) => `ff.net.${part}.${inner ?? ''}`)
    .replace(/\.?(weight|bias)$/, '.$1')
}

/**
 * Training programs of ldm's kind keep a running average of the denoiser, under names without dots. A file that has
 * nothing else has it in the denoiser's place; beside a denoiser it is left alone.
 */
export function withAverages<Entry>(tensors: Map<string, Entry>): Map<string, Entry> {
  const names = [...tensors.keys()]
  if (!names.some((name) => name.startsWith(averages))) return tensors
  if (names.some((name) => name.startsWith(denoiser))) return tensors
  return new Map(
    [...tensors].map(([name, entry]) => [
      name.startsWith(averages) ? denoiser + dotted(name.slice(averages.length)) : name,
      entry,
    ]),
  )
}
