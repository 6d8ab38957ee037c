import { viewOf, type Finding, type TensorTable } from './probe-finding.ts'

type PartRecogniser = (table: TensorTable) => Finding | undefined

const widthFamilies: Record<number, string> = { 768: 'sd1', 1024: 'sd2', 2048: 'sdxl' }
const embeddingFamilies: Record<number, string> = { 768: 'sd1', 1024: 'sd2', 1280: 'sdxl' }

function widthOf(table: TensorTable, ending: RegExp, axis: number): number | undefined {
  for (const [name, { shape }] of table) if (ending.test(name)) return shape.at(axis)
  return undefined
}

const controlNet: PartRecogniser = (table) => {
  const names = [...table.keys()]
  const isOne = names.some((name) =>
    /^control_model\.|^input_hint_block\.\d|(^|\.)controlnet_cond_embedding\.conv_in\.weight$|(^|\.)controlnet_(blocks|mid_block|down_blocks)\.|^lllite_/.test(
      name,
    ),
  )
  if (!isOne) return undefined
  const width = widthOf(table, /attn2\.to_k\.weight$/, 1)
  const transformer =
    names.some((name) => /(^|\.)(double_blocks|transformer_blocks)\.0\./.test(name)) && width === undefined
  const family = width === undefined ? 'unknown' : (widthFamilies[width] ?? 'sd1')
  // What builds a UNet's lower half can build these; the others add something else, or to another architecture.
  const lite = names.some((name) => name.startsWith('lllite_'))
  const built = width !== undefined && !lite && !names.some((name) => name.endsWith('task_embedding'))
  return {
    kind: 'controlnet',
    family: transformer ? 'flux1' : family,
    detail: lite ? 'ControlNet LLLite' : 'ControlNet',
    confidence: width !== undefined && widthFamilies[width] !== undefined ? 'certain' : 'guess',
    parts: ['controlnet'],
    ...(built ? {} : { obstacle: 'controlnet-unsupported' as const }),
  }
}

const ipAdapter: PartRecogniser = (table) => {
  const names = [...table.keys()]
  if (!names.some((name) => /(^|\.)\d+\.to_k_ip\.weight$|^ip_adapter\./.test(name))) return undefined
  const width = widthOf(table, /to_k_ip\.weight$/, -1)
  return {
    kind: 'adapter',
    family: width === undefined ? 'unknown' : (widthFamilies[width] ?? 'unknown'),
    detail: 'IP-Adapter',
    confidence: 'certain',
    parts: ['adapter'],
    obstacle: 'ip-adapter-unsupported',
  }
}

/** Textual inversion: A1111 `emb_params`, diffusers' token as the name, SDXL's `clip_l` and `clip_g`. */
const embedding: PartRecogniser = (table) => {
  if (table.size === 0 || table.size >= 10) return undefined
  const found = (family: string, confidence: Finding['confidence'], width: number | undefined): Finding => ({
    kind: 'embedding',
    family,
    detail: `textual inversion (width ${width ?? '?'})`,
    confidence,
    parts: ['embedding'],
  })
  const [small, large] = [table.get('clip_l'), table.get('clip_g')]
  if (small !== undefined || large !== undefined) {
    // One for each text model, or for one of them only.
    const both = small !== undefined && large !== undefined
    return found('sdxl', both ? 'certain' : 'likely', (large ?? small)?.shape.at(-1))
  }
  const known = table.get('emb_params') ?? table.get('string_to_param.*')
  if (known !== undefined) {
    const width = known.shape.at(-1)
    const family = width === undefined ? undefined : embeddingFamilies[width]
    return found(family ?? 'sd1', family === undefined ? 'guess' : 'certain', width)
  }
  const [first] = table
  if (table.size > 2 || first === undefined) return undefined
  const [name, { shape }] = first
  // A stray weight has dots in its name; a learned token is a word or <word>.
  if (shape.length > 2 || /\.(weight|bias|alpha)$/.test(name)) return undefined
  const width = shape.at(-1)
  const family = width === undefined ? undefined : embeddingFamilies[width]
  return found(family ?? 'sd1', family === undefined ? 'guess' : 'likely', width)
}

const vae: PartRecogniser = (table) => {
  for (const prefix of ['', 'first_stage_model.', 'vae.']) {
    const view = viewOf(table, prefix)
    const shape = view.shape('decoder.conv_in.weight')
    const decoderOnly = view.some('decoder.') && view.has('decoder.conv_in.weight')
    if (shape === undefined || !decoderOnly) continue
    if (view.has('decoder.conv_in.weight') && shape.length === 5) {
      return vaeOf('wan', 'video autoencoder (3-D)', 'likely', 'variant-unsupported')
    }
    const channels = shape[1]
    if (channels === 32 || view.has('bn.running_mean'))
      return vaeOf('flux2', 'FLUX.2 autoencoder', 'certain', 'family-unsupported')
    if (channels === 16) return vaeOf('flux1', '16-channel autoencoder (FLUX.1, SD3 or Z-Image)', 'likely')
    // SD and SDXL have the same shapes and differ in their scale only: whoever mounts it must say.
    if (channels === 4)
      return vaeOf('sd1', '4-channel autoencoder (SD or SDXL: the shapes are the same)', 'guess')
    return vaeOf('unknown', `autoencoder with ${channels} latent channels`, 'likely')
  }
  return undefined
}

function vaeOf(
  family: string,
  detail: string,
  confidence: Finding['confidence'],
  obstacle?: Finding['obstacle'],
): Finding {
  const finding: Finding = { kind: 'vae', family, detail, confidence, parts: ['vae'] }
  return obstacle === undefined ? finding : { ...finding, obstacle }
}

/** TAESD by its author's numbers or in diffusers' names; the decoder begins with latents, the encoder with colours. */
const tinyVae: PartRecogniser = (table) => {
  const blocks = /^((taesd_)?(decoder|encoder)\.)?(layers\.)?\d+\.conv\.[024]\.(weight|bias)$/
  if (![...table.keys()].some((name) => blocks.test(name))) return undefined
  const starts = [
    'decoder.layers.0',
    'taesd_decoder.1',
    'decoder.1',
    '1',
    'encoder.layers.0',
    'taesd_encoder.0',
    'encoder.0',
    '0',
  ]
  const first = starts.map((name) => table.get(`${name}.weight`)).find((tensor) => tensor?.shape.length === 4)
  if (first === undefined) return undefined
  const channels = first.shape[1] === 3 ? undefined : first.shape[1]
  const family = channels === 16 ? 'flux1' : 'sd1'
  const detail = channels === undefined ? 'encoder alone' : `${channels} latent channels`
  return vaeOf(family, `TAESD, the tiny autoencoder (${detail})`, channels === undefined ? 'guess' : 'likely')
}

const qwenSizes: Record<number, string> = {
  1024: '0.6B',
  2048: '1.7B',
  2560: '4B (Z-Image, Klein 4B)',
  4096: '8B',
}

const textEncoder: PartRecogniser = (table) => {
  const found = (family: string, detail: string): Finding => ({
    kind: 'text-encoder',
    family,
    detail,
    confidence: 'certain',
    parts: ['text_encoder'],
    obstacle: 'part-only',
  })
  const shapeOf = (...names: string[]): readonly number[] | undefined =>
    names.map((name) => table.get(name)?.shape).find((shape) => shape !== undefined)
  const clip = shapeOf('text_model.embeddings.token_embedding.weight', 'embeddings.token_embedding.weight')
  if (clip !== undefined) return found('clip', `CLIP text encoder (width ${clip[1]})`)
  const t5 = [...table.keys()].some((name) =>
    /^(encoder\.block\.0\.layer\.0\.SelfAttention|enc\.blk\.0\.attn_q)\./.test(name),
  )
  if (t5)
    return found(
      't5',
      `T5 encoder (width ${shapeOf('shared.weight', 'encoder.embed_tokens.weight', 'token_embd.weight')?.[1] ?? '?'})`,
    )
  const qwen = shapeOf('model.embed_tokens.weight', 'embed_tokens.weight', 'token_embd.weight')
  if (qwen === undefined) return undefined
  const normed = [...table.keys()].some((name) =>
    /layers\.0\.self_attn\.k_norm\.weight$|blk\.0\.attn_k_norm\.weight$/.test(name),
  )
  const width = qwen[1] ?? 0
  return normed
    ? found('qwen3', `Qwen3 text model ${qwenSizes[width] ?? `(width ${width})`}`)
    : found('language-model', `a language model (width ${width})`)
}

const recognisers: PartRecogniser[] = [controlNet, ipAdapter, vae, tinyVae, textEncoder, embedding]

/** One part of a pipeline, or something that is added to one; undefined when it is neither. */
export function recognisePart(table: TensorTable): Finding | undefined {
  for (const recognise of recognisers) {
    const finding = recognise(table)
    if (finding !== undefined) return finding
  }
  return undefined
}
