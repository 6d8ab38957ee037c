import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { largestDifference, runGraph } from '../graph/graph-fixture.ts'
import { openCheckpoint } from './checkpoint.ts'
import { fromBlocks } from './ggml-blocks.ts'
import { ggufBytes, toBlocks, type GgufTensor } from './gguf-fixture.ts'
import { probe } from './probe.ts'
import { readSafetensorsHeader, readTensor } from './safetensors.ts'
import { safetensorsBytes, type TensorSpec } from './safetensors-fixture.ts'

const pipelines = fileURLToPath(new URL('../../reference/data/pipelines/', import.meta.url))
let folder = ''
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'sanggar-llama-')))
})
afterAll(() => rm(folder, { recursive: true }))

const qwenNames: Readonly<Record<string, string>> = {
  input_layernorm: 'attn_norm',
  post_attention_layernorm: 'ffn_norm',
  'self_attn.q_proj': 'attn_q',
  'self_attn.k_proj': 'attn_k',
  'self_attn.v_proj': 'attn_v',
  'self_attn.o_proj': 'attn_output',
  'self_attn.q_norm': 'attn_q_norm',
  'self_attn.k_norm': 'attn_k_norm',
  'mlp.gate_proj': 'ffn_gate',
  'mlp.up_proj': 'ffn_up',
  'mlp.down_proj': 'ffn_down',
}
const t5Names: Readonly<Record<string, string>> = {
  'layer.0.layer_norm': 'attn_norm',
  'layer.0.SelfAttention.q': 'attn_q',
  'layer.0.SelfAttention.k': 'attn_k',
  'layer.0.SelfAttention.v': 'attn_v',
  'layer.0.SelfAttention.o': 'attn_o',
  'layer.0.SelfAttention.relative_attention_bias': 'attn_rel_b',
  'layer.1.layer_norm': 'ffn_norm',
  'layer.1.DenseReluDense.wi_0': 'ffn_gate',
  'layer.1.DenseReluDense.wi_1': 'ffn_up',
  'layer.1.DenseReluDense.wo': 'ffn_down',
}

/** transformers' name of a tensor as llama.cpp has it */
function llamaName(name: string): string {
  const [, kind, block, inner = ''] =
    /^(?:model\.)?(layers|encoder\.block)\.(\d+)\.(.*)\.weight$/.exec(name) ?? []
  if (kind === 'layers') return `blk.${block}.${qwenNames[inner]}.weight`
  if (kind !== undefined) return `enc.blk.${block}.${t5Names[inner]}.weight`
  if (/(shared|embed_tokens)\.weight$/.test(name)) return 'token_embd.weight'
  return name === 'encoder.final_layer_norm.weight' ? 'enc.output_norm.weight' : 'output_norm.weight'
}

it.each([
  ['zimage-tiny', 'text_encoder', 'Qwen3Model', ['vae', 'tokenizer']],
  ['flux-tiny', 'text_encoder_2', 'T5EncoderModel', ['text_encoder', 'vae', 'tokenizer', 'tokenizer_2']],
])("%s: a %s as llama.cpp's GGUF beside the transformer, without a configuration", async (...given) => {
  const [pipeline, part, type, others] = given
  const source = join(pipelines, pipeline, 'diffusers')
  const home = join(folder, pipeline)
  await mkdir(join(home, part), { recursive: true })
  for (const other of others) await cp(join(source, other), join(home, other), { recursive: true })
  await rm(join(home, 'vae', 'config.json'))
  const model = join(home, 'model.safetensors')
  await cp(join(source, 'transformer/diffusion_pytorch_model.safetensors'), model)

  const file = await readSafetensorsHeader(join(source, part, 'model.safetensors'))
  const [packed, plain]: [GgufTensor[], TensorSpec[]] = [[], []]
  const seen = new Set<string>()
  for (const [name, { shape }] of file.tensors) {
    if (seen.has(llamaName(name))) continue
    seen.add(llamaName(name))
    const { data } = await readTensor(file, name)
    const inBlocks = shape.length === 2 && (shape[1] ?? 0) % 32 === 0
    const bytes = inBlocks ? toBlocks('Q8_0', data) : new Uint8Array(Float32Array.from(data).buffer)
    packed.push({ name: llamaName(name), shape, type: inBlocks ? 8 : 0, data: bytes })
    const numbers = inBlocks ? fromBlocks('Q8_0', new Uint8Array(bytes).buffer) : data
    plain.push({ name, dtype: 'F32', shape, data: new Uint8Array(Float32Array.from(numbers ?? []).buffer) })
  }
  await writeFile(join(home, part, 'encoder-Q8_0.gguf'), ggufBytes('qwen3', packed))
  expect(await probe(model)).toMatchObject({ missing: [], runs: true })
  const found = await openCheckpoint(model)
  expect(found.networks.get(part)?.type).toBe(type)
  expect(found.configs['vae']).toMatchObject({ scaling_factor: 0.3611, shift_factor: 0.1159 })

  await rm(join(home, part), { recursive: true })
  await mkdir(join(home, part))
  await writeFile(join(home, part, 'encoder.safetensors'), safetensorsBytes(plain))
  const whole = await openCheckpoint(model)
  const ids = { data: BigInt64Array.from([5n, 9n, 300n, 2n]), shape: [1, 4] }
  await writeFile(join(home, part, 'encoder-Q8_0.gguf'), ggufBytes('qwen3', packed))
  const states = await Promise.all(
    [found, whole].map((checkpoint) => runGraph(checkpoint.graph(part), { input_ids: ids })),
  )
  const [one, other] = states.map((state) => state['last_hidden_state']?.data)
  expect(one?.length).toBeGreaterThan(0)
  expect(largestDifference(one ?? [], other ?? [Number.NaN])).toBeLessThan(1e-5)
})
