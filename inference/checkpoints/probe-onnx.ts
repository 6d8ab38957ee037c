import { declined, picturesFromText, type Finding } from './probe-finding.ts'
import type { OnnxHeader, OnnxValue } from './onnx-header.ts'

function isPicture(value: OnnxValue | undefined): boolean {
  return (
    value !== undefined &&
    value.shape.length === 4 &&
    (value.shape[1] === 3 || typeof value.shape[1] !== 'number')
  )
}

/** A denoiser by the names and widths of its inputs (optimum's, diffusers' and OnnxStack's are the same). */
export function recogniseOnnxDenoiser(header: OnnxHeader): Finding | undefined {
  const input = (name: string): OnnxValue | undefined => header.inputs.find((value) => value.name === name)
  const found = (family: string, detail: string, confidence: Finding['confidence']): Finding => ({
    kind: 'pipeline',
    family,
    detail,
    confidence,
    capabilities: picturesFromText,
  })
  const sample = input('sample') ?? input('hidden_states') ?? input('latent')
  const context = input('encoder_hidden_states')
  if (sample === undefined || context === undefined) return undefined
  if (input('img_ids') !== undefined)
    return found('flux1', `FLUX.1${input('guidance') ? ' dev' : ' schnell'} (ONNX)`, 'certain')
  if (input('pooled_projections') !== undefined) return found('sd3', 'SD 3 (ONNX)', 'certain')
  if (input('hidden_states') !== undefined && sample.shape.length === 5)
    return found('z-image', 'Z-Image (ONNX)', 'likely')
  if (input('sample') === undefined) return declined('unknown', 'a diffusion transformer (ONNX)')
  const channels = typeof sample.shape[1] === 'number' ? sample.shape[1] : unetChannels(header)
  const lcm = input('timestep_cond') === undefined ? '' : ', LCM guidance embedding'
  const fixed = sample.shape.slice(2).every((size) => typeof size === 'number')
  const size = fixed ? `, only ${Number(sample.shape[3]) * 8}x${Number(sample.shape[2]) * 8}` : ''
  const variant = channels === 9 ? 'inpainting UNet' : 'UNet'
  const detail = (name: string): string =>
    `${name} ${variant} (ONNX, ${channels ?? '?'} channels${lcm}${size})`
  const finish = (finding: Finding): Finding => ({
    ...finding,
    capabilities: channels === 9 ? ['inpaint'] : picturesFromText,
    ...(channels === undefined || channels === 4 || channels === 9
      ? {}
      : { obstacle: 'variant-unsupported' as const }),
  })
  if (input('text_embeds') !== undefined) return finish(found('sdxl', detail('SDXL'), 'certain'))
  const width = typeof context.shape[2] === 'number' ? context.shape[2] : contextWidth(header)
  if (width === 1024) return finish(found('sd2', detail('SD 2.x'), 'certain'))
  if (width !== 768 && projectsByMatrices(header)) return finish(found('sd2', detail('SD 2.x'), 'likely'))
  return finish(found('sd1', detail('SD 1.x'), width === 768 ? 'certain' : 'likely'))
}

/** SD 1.x leads into its transformers through convolutions, which keep their names; SD 2.x through matrices. */
function projectsByMatrices({ initialisers }: OnnxHeader): boolean {
  const names = [...initialisers.keys()]
  return (
    names.some((name) => name.includes('.attentions.')) &&
    !names.some((name) => name.endsWith('.proj_in.weight'))
  )
}

function unetChannels(header: OnnxHeader): number | undefined {
  return header.initialisers.get('conv_in.weight')?.shape[1]
}

/** Exporters store `to_k` transposed and renamed; the widest agreement is the one torch name that survives. */
function contextWidth(header: OnnxHeader): number | undefined {
  for (const [name, { shape }] of header.initialisers) {
    if (name.endsWith('attn2.to_k.weight')) return shape[1]
  }
  return undefined
}

const controlFamilies: Readonly<Record<number, string>> = { 768: 'sd1', 1024: 'sd2', 2048: 'sdxl' }

function controlNet(header: OnnxHeader): Finding {
  const declared = header.inputs.find(({ name }) => name === 'encoder_hidden_states')?.shape[2]
  const width = typeof declared === 'number' ? declared : contextWidth(header)
  const usual = header.inputs.some(({ name }) => name === 'text_embeds') ? 'sdxl' : 'sd1'
  const family = width === undefined ? undefined : controlFamilies[width]
  return {
    kind: 'controlnet',
    family: family ?? usual,
    detail: 'ControlNet (ONNX)',
    confidence: family === undefined ? 'likely' : 'certain',
    parts: ['controlnet'],
  }
}

/** One .onnx file on its own. */
export function recogniseOnnx(header: OnnxHeader): Finding {
  const denoiser = recogniseOnnxDenoiser(header)
  if (denoiser !== undefined) {
    return {
      ...denoiser,
      parts: ['unet'],
      missing: ['text_encoder', 'vae_decoder'],
      obstacle: 'parts-missing',
    }
  }
  const [first, second] = header.inputs
  const [result] = header.outputs
  const part = (detail: string): Finding => ({
    kind: 'unknown',
    family: 'onnx',
    detail,
    confidence: 'likely',
    obstacle: 'part-only',
  })
  if (first?.name === 'input_ids') return { ...part('a text encoder (ONNX)'), kind: 'text-encoder' }
  if (first?.name === 'latent_sample') return { ...part('a VAE decoder (ONNX)'), kind: 'vae' }
  if (header.outputs.some(({ name }) => /^latent_(parameters|sample)$/.test(name))) {
    return { ...part('a VAE encoder (ONNX)'), kind: 'vae' }
  }
  if (header.inputs.some(({ name }) => name === 'controlnet_cond')) {
    return controlNet(header)
  }
  const square =
    first?.shape[2] === first?.shape[3] && typeof first?.shape[2] === 'number' ? first.shape[2] : undefined
  const sameSize = square !== undefined && result?.shape[2] === square
  if (isPicture(first) && second === undefined && result?.shape.length === 4 && result.shape[1] === 1) {
    return {
      kind: 'restorer',
      family: 'cutout',
      detail: `background remover (ONNX, ${square === undefined ? 'any size' : `${square}x${square}`})`,
      confidence: 'likely',
      capabilities: ['cutout'],
      parts: ['cutout'],
    }
  }
  if (isPicture(first) && isPicture(result) && second === undefined && !(sameSize && square >= 256)) {
    const fixed = square === undefined ? 'any size' : `${square}x${square} tiles`
    return {
      kind: 'upscaler',
      family: 'esrgan',
      detail: `image to image network (ONNX, ${fixed})`,
      confidence: 'likely',
      capabilities: ['upscale'],
      parts: ['upscaler'],
    }
  }
  if (isPicture(first) && isPicture(result) && sameSize) {
    const detail =
      second === undefined
        ? `face restorer (ONNX, ${square}x${square})`
        : `CodeFormer face restorer (ONNX, ${square}x${square})`
    const finding: Finding = {
      kind: 'restorer',
      family: 'face',
      detail,
      confidence: 'likely',
      capabilities: ['face'],
      parts: ['face'],
    }
    // A weight is one number; what else may come in second is not known.
    return (second?.shape.length ?? 0) < 2 && header.inputs.length <= 2
      ? finding
      : { ...finding, obstacle: 'variant-unsupported' }
  }
  return {
    kind: 'unknown',
    family: 'onnx',
    detail: 'an ONNX model of no known kind',
    confidence: 'guess',
    obstacle: 'unrecognised',
  }
}
