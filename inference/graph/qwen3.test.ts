import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, it } from 'vitest'

import { readSafetensorsHeader } from '../checkpoints/safetensors.ts'
import { writeSparse, type SparseTensors } from '../checkpoints/sparse-fixture.ts'
import { runGraph } from './graph-fixture.ts'
import { qwen3Graph } from './qwen3.ts'
import { weightsOf } from './weights.ts'

let folder = ''
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'sanggar-qwen3-')))
})
afterAll(() => rm(folder, { recursive: true }))

/** One small layer under Qwen3-4B's table of 151 936 x 2560. */
function tensors(): SparseTensors {
  const width = 2560
  const layer: SparseTensors = {
    input_layernorm: [width],
    post_attention_layernorm: [width],
    'self_attn.q_norm': [16],
    'self_attn.k_norm': [16],
    'self_attn.q_proj': [32, width],
    'self_attn.k_proj': [16, width],
    'self_attn.v_proj': [16, width],
    'self_attn.o_proj': [width, 32],
    'mlp.gate_proj': [8, width],
    'mlp.up_proj': [8, width],
    'mlp.down_proj': [width, 8],
  }
  const named = Object.entries(layer).map(([name, shape]) => [`layers.0.${name}.weight`, shape])
  return { 'embed_tokens.weight': [151_936, width], 'norm.weight': [width], ...Object.fromEntries(named) }
}

/** Resident bytes at their highest; mapped files count. */
const peak = (): number => process.resourceUsage().maxRSS * 1024

it('reads the rows of a prompt and leaves the table of 778 MB in its file', async () => {
  const path = await writeSparse(join(folder, 'qwen.safetensors'), tensors(), { dtype: 'BF16' })
  const graph = qwen3Graph(
    await weightsOf(await readSafetensorsHeader(path)),
    { theta: 1e6, epsilon: 1e-6 },
    path,
  )
  const before = peak()
  const ids = BigInt64Array.from({ length: 64 }, (_, i) => BigInt(i * 2300))
  const result = await runGraph(graph, { input_ids: { data: ids, shape: [1, 64] } })
  expect(result['hidden_states.0']?.shape).toEqual([1, 64, 2560])
  expect(peak() - before).toBeLessThan(200_000_000)
})
