import type { Checkpoint } from '../../inference/checkpoints/checkpoint.ts'
import { modelPartsOf } from '../../inference/checkpoints/model-parts-of.ts'
import {
  needComponent,
  needTokenizer,
  type ComponentName,
  type ModelParts,
} from '../../inference/model-parts.ts'
import { concatenate, type Tensor } from '../../inference/tensor.ts'
import { beyond, relativeDifference } from '../comparison.ts'
import { examine, type CaseResult } from '../result.ts'
import { runComponent } from './run-component.ts'
import type { StoredRun } from './stored-run.ts'

const tolerance = 1e-5

export function compareTensor(what: string, actual: Tensor | undefined, expected: Tensor): string[] {
  if (actual === undefined) return [`${what}: no such output`]
  return beyond(what, relativeDifference(actual.data, expected.data), tolerance)
}

const denoiserFeeds: readonly [string, string][] = [
  ['sample', 'denoiser_in_0.sample'],
  ['encoder_hidden_states', 'denoiser_in_0.encoder_hidden_states'],
  ['timestep_cond', 'denoiser_in_0.timestep_cond'],
  ['text_embeds', 'denoiser_in_0.added_cond_kwargs.text_embeds'],
  ['time_ids', 'denoiser_in_0.added_cond_kwargs.time_ids'],
]

async function unetFeeds(run: StoredRun): Promise<Record<string, Tensor>> {
  const feeds: Record<string, Tensor> = {}
  for (const [input, name] of denoiserFeeds) if (run.has(name)) feeds[input] = await run.tensor(name)
  const time = await run.tensor('denoiser_in_0.timestep')
  feeds['timestep'] = { data: time.data, shape: [1] }
  return feeds
}

async function unetCall(checkpoint: Checkpoint, run: StoredRun): Promise<string[]> {
  const result = await runComponent(checkpoint.graph('unet'), 'unet', await unetFeeds(run))
  return compareTensor('out_sample', result['out_sample'], await run.tensor('denoiser_out_0'))
}

/** The ControlNet's answer goes into the UNet, whose answer is what torch stored. */
async function controlledCall(checkpoint: Checkpoint, run: StoredRun): Promise<string[]> {
  const feeds = await unetFeeds(run)
  const control = await run.picture('control_image', 'image')
  const scale =
    run.args['control_guidance_start'] === undefined ? run.args['controlnet_conditioning_scale'] : 0
  const batch = feeds['sample']?.shape[0] ?? 1
  const residuals = await runComponent(checkpoint.graph('controlnet'), 'controlnet', {
    ...feeds,
    controlnet_cond: concatenate(
      Array.from({ length: batch }, () => control),
      0,
    ),
    conditioning_scale: { scalar: Number(scale) },
  })
  const added = Object.entries(residuals).map(([name, value]): [string, Tensor] => [
    name === 'mid_block_res_sample'
      ? 'mid_block_additional_residual'
      : name.replace('down_block_res_samples', 'down_block_additional_residuals'),
    value,
  ])
  const result = await runComponent(checkpoint.graph('unet', { controlnet: true }), 'unet', {
    ...feeds,
    ...Object.fromEntries(added),
  })
  return compareTensor('out_sample', result['out_sample'], await run.tensor('denoiser_out_0'))
}

async function idsOf(parts: ModelParts, name: 'tokenizer' | 'tokenizer_2', text: string): Promise<Tensor> {
  const tokenizer = await needTokenizer(parts, name)
  return { data: Float32Array.from(tokenizer.encodePadded(text, 77).ids), shape: [1, 77] }
}

/** The text as the pipelines encode it: [embeddings, pooled?]. */
export async function encodeText(
  parts: ModelParts,
  prompt: string,
  prompt2 = prompt,
): Promise<(Tensor | undefined)[]> {
  const first = await runPart(parts, 'text_encoder', {
    input_ids: await idsOf(parts, 'tokenizer', prompt),
  })
  if (parts.components.text_encoder_2 === undefined) return [first['last_hidden_state']]
  const second = await runPart(parts, 'text_encoder_2', {
    input_ids: await idsOf(parts, 'tokenizer_2', prompt2),
  })
  const lastButOne = (states: Record<string, Tensor>): Tensor => {
    const count = Object.keys(states).filter((name) => name.startsWith('hidden_states.')).length
    return states[`hidden_states.${count - 2}`] as Tensor
  }
  return [concatenate([lastButOne(first), lastButOne(second)], 2), second['text_embeds']]
}

function runPart(parts: ModelParts, name: ComponentName, feeds: Record<string, Tensor>) {
  return runComponent(needComponent(parts, name).source, name, feeds)
}

async function textCall(checkpoint: Checkpoint, run: StoredRun): Promise<string[]> {
  const { prompt, negative_prompt: negative, prompt_2: prompt2, negative_prompt_2: negative2 } = run.args
  const problems: string[] = []
  const pooled = checkpoint.graphs.includes('text_encoder_2')
  const texts = [
    [prompt, prompt2],
    [negative, negative2],
  ]
  for (const [i, [text, text2]] of texts.entries()) {
    if (typeof text !== 'string' || !run.has(`encode_prompt.${i}`)) continue
    const [embeddings, vector] = await encodeText(
      modelPartsOf(checkpoint),
      text,
      typeof text2 === 'string' ? text2 : text,
    )
    problems.push(...compareTensor(`encode_prompt.${i}`, embeddings, await run.tensor(`encode_prompt.${i}`)))
    const stored = `encode_prompt.${i + 2}`
    if (pooled) problems.push(...compareTensor(stored, vector, await run.tensor(stored)))
  }
  return problems
}

async function decoderCall(checkpoint: Checkpoint, run: StoredRun): Promise<string[]> {
  const result = await runComponent(checkpoint.graph('vae_decoder'), 'vae_decoder', {
    latent_sample: await run.tensor('vae_decoder_input'),
  })
  const { sample } = result
  if (run.has('vae_decoder_output'))
    return compareTensor('sample', sample, await run.tensor('vae_decoder_output'))
  return compareTensor('image', sample === undefined ? undefined : pixels(sample), await run.tensor('image'))
}

/** clamp(x / 2 + 0.5, 0, 1), planes to pixels */
function pixels({ data, shape }: Tensor): Tensor {
  const [batch = 1, channels = 1, height = 1, width = 1] = shape
  const area = height * width
  const result = new Float32Array(data.length)
  for (let i = 0; i < data.length; i++) {
    const plane = Math.floor(i / area)
    const at = (Math.floor(plane / channels) * area + (i % area)) * channels + (plane % channels)
    result[at] = Math.min(1, Math.max(0, (data[i] as number) / 2 + 0.5))
  }
  return { data: result, shape: [batch, height, width, channels] }
}

async function encoderCall(checkpoint: Checkpoint, run: StoredRun): Promise<string[]> {
  const problems: string[] = []
  for (let i = 0; run.has(`vae_encode.${i}.pixels`); i++) {
    const result = await runComponent(checkpoint.graph('vae_encoder'), 'vae_encoder', {
      sample: await run.tensor(`vae_encode.${i}.pixels`),
    })
    const expected = await run.tensor(`vae_encode.${i}.moments`)
    problems.push(...compareTensor(`moments ${i}`, result['latent_parameters'], expected))
  }
  return problems
}

/** Every network of a UNet checkpoint against what torch computed in that run. */
export async function* examineComponents(
  label: string,
  checkpoint: Checkpoint,
  run: StoredRun,
): AsyncGenerator<CaseResult> {
  const { graphs } = checkpoint
  const controlled = graphs.includes('controlnet')
  if (graphs.includes('unet') && run.has('denoiser_out_0') && run.args['guess_mode'] !== true) {
    yield controlled
      ? await examine(`${label} unet with controlnet`, () => controlledCall(checkpoint, run))
      : await examine(`${label} unet`, () => unetCall(checkpoint, run))
  }
  const skipped = run.args['clip_skip'] !== undefined && run.args['clip_skip'] !== null
  if (graphs.includes('text_encoder') && graphs.includes('unet') && !skipped && run.has('encode_prompt.0')) {
    yield await examine(`${label} text encoders`, () => textCall(checkpoint, run))
  }
  if (run.has('vae_decoder_input'))
    yield await examine(`${label} vae decoder`, () => decoderCall(checkpoint, run))
  if (run.has('vae_encode.0.pixels'))
    yield await examine(`${label} vae encoder`, () => encoderCall(checkpoint, run))
}
