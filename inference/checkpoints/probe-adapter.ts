import type { Finding, TensorTable } from './probe-finding.ts'

type Naming = { pattern: RegExp; kind: string; runs: boolean }

/** How adapters name their factors, most telling first (a DoRA file also holds plain LoRA factors). */
const namings: Naming[] = [
  { pattern: /\.dora_scale$|\.lora_magnitude_vector(\.weight)?$/, kind: 'DoRA', runs: true },
  { pattern: /\.lokr_w[12](_[ab])?$|\.lokr_t2$/, kind: 'LoKr', runs: true },
  { pattern: /\.hada_(w[12]_[ab]|t[12])$/, kind: 'LoHa', runs: true },
  { pattern: /\.oft_(blocks|diag)$|\.b?oft_[RS](\.|$)/, kind: 'OFT', runs: false },
  { pattern: /\.vera_lambda_[bd]$/, kind: 'VeRA', runs: false },
  { pattern: /\.on_input$/, kind: 'IA3', runs: false },
  { pattern: /\.(a1|b1)\.weight$/, kind: 'GLoRA', runs: false },
  { pattern: /\.lora_(down|up)\.weight$/, kind: 'LoRA (kohya names)', runs: true },
  { pattern: /\.lora_[AB](\.[^.]+)?\.weight$|\.lora_[AB]$/, kind: 'LoRA (peft names)', runs: true },
  {
    pattern: /\.processor\.(qkv|proj)_lora[12]?\.(down|up)\.weight$/,
    kind: 'LoRA (XLabs names)',
    runs: true,
  },
  { pattern: /_lora\.(down|up)\.weight$/, kind: 'LoRA (old diffusers names)', runs: true },
  {
    pattern: /\.lora\.(down|up)\.weight$|\.lora_linear_layer\.(down|up)\.weight$/,
    kind: 'LoRA (diffusers names)',
    runs: true,
  },
  { pattern: /\.diff(_b)?$|\.[wb]_norm$/, kind: 'full difference', runs: true },
]

/** Families by the modules that only they have, most telling first. */
const telling: [RegExp, string][] = [
  [/single_blocks[._](39|4[0-7])[._]linear1|to_qkv_mlp_proj|double_stream_modulation/, 'flux2'],
  [/(^|[._])double_blocks[._]\d+[._]|single_transformer_blocks[._]|single_blocks[._]\d+[._]/, 'flux1'],
  [
    /joint_blocks[._]\d+[._]|attn[._]add_q_proj.*(?<=transformer_blocks[._]\d+[._]attn[._]add_q_proj.*)norm1_context/,
    'sd3',
  ],
  [/img_mod[._]|transformer_blocks[._]59[._]attn[._]/, 'qwen-image'],
  [/(^|[._])layers[._]\d+[._](attention[._](to_[qkv]|to_out|qkv|out)|feed_forward[._]w[123])/, 'z-image'],
  [/(^|[._])blocks[._]\d+[._](cross_attn|self_attn|ffn)[._]/, 'wan'],
]

function contextWidth(table: TensorTable): number | undefined {
  const pattern =
    /attn2[._](to_k|processor[._]to_k_lora)[._](lora[._])?(lora_down|lora_A|down|hada_w1_b)([._][^.]+)?([._]weight)?$/
  for (const [name, { shape }] of table) if (pattern.test(name)) return shape.at(-1)
  // Kronecker factors: the widths multiply.
  for (const [name, { shape }] of table) {
    if (!/attn2[._]to_k\.lokr_w1$/.test(name)) continue
    const right = table.get(name.replace('lokr_w1', 'lokr_w2'))?.shape
    const rightB = table.get(name.replace('lokr_w1', 'lokr_w2_b'))?.shape
    const other = right?.[1] ?? rightB?.[1]
    if (other !== undefined) return (shape[1] ?? 0) * other
  }
  return undefined
}

const widths: Record<number, string> = { 768: 'sd1', 1024: 'sd2', 2048: 'sdxl' }

function baseOf(
  table: TensorTable,
  metadata: Record<string, string>,
): { family: string; confidence: Finding['confidence'] } {
  const names = [...table.keys()]
  for (const [pattern, family] of telling) {
    if (names.some((name) => pattern.test(name))) return { family, confidence: 'certain' }
  }
  const width = contextWidth(table)
  const byWidth = width === undefined ? undefined : widths[width]
  if (byWidth !== undefined) return { family: byWidth, confidence: 'certain' }
  const has = (start: string): boolean => names.some((name) => name.startsWith(start))
  if (has('lora_te2_') || has('text_encoder_2.')) return { family: 'sdxl', confidence: 'likely' }
  if (names.some((name) => /input_blocks_(4|5|7|8)_1_transformer_blocks_[1-9]/.test(name))) {
    return { family: 'sdxl', confidence: 'likely' }
  }
  const said =
    `${metadata['ss_base_model_version'] ?? ''} ${metadata['modelspec.architecture'] ?? ''}`.toLowerCase()
  if (/sdxl|xl-v1/.test(said)) return { family: 'sdxl', confidence: 'likely' }
  if (/sd_v2|diffusion-v2/.test(said)) return { family: 'sd2', confidence: 'likely' }
  if (/sd_v1|sd_1|diffusion-v1/.test(said)) return { family: 'sd1', confidence: 'likely' }
  if (names.some((name) => /transformer_blocks[._]0[._]attn[._](add_q_proj|to_q)/.test(name))) {
    return names.some((name) => /(^|[._])(down_blocks|up_blocks)[._]/.test(name))
      ? { family: 'sd1', confidence: 'guess' }
      : { family: 'sd3', confidence: 'guess' }
  }
  const unet = names.some((name) =>
    /(down_blocks|up_blocks|mid_block|input_blocks|output_blocks|middle_block)[._]/.test(name),
  )
  // Widths that no published model has: the UNet says that it is of the Stable Diffusion line, no more.
  return { family: unet ? 'sd1' : 'unknown', confidence: 'guess' }
}

function reach(table: TensorTable): string {
  const names = [...table.keys()]
  const text = names.some((name) => /^(lora_te\d?_|text_encoder(_\d)?\.|.*text_model)/.test(name))
  const denoiser = names.some((name) => !/^(lora_te\d?_|text_encoder(_\d)?\.|.*text_model)/.test(name))
  return text && denoiser ? 'denoiser and text encoder' : text ? 'text encoder only' : 'denoiser'
}

/** LoRA and its relatives, by the names of their factors, or undefined. */
export function recogniseAdapter(table: TensorTable, metadata: Record<string, string>): Finding | undefined {
  const names = [...table.keys()]
  const naming = namings.find(({ pattern }) => names.some((name) => pattern.test(name)))
  if (naming === undefined) return undefined
  const { family, confidence } = baseOf(table, metadata)
  const finding: Finding = {
    kind: 'adapter',
    family,
    detail: `${naming.kind}, ${reach(table)}`,
    confidence,
    parts: ['adapter'],
  }
  return naming.runs ? finding : { ...finding, obstacle: 'adapter-kind-unsupported' }
}
