import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { memoryOf } from './memory-of-policies.ts'
import type { RandomModel } from './model-sizes.ts'
import { clipShapes, unetShapes, vaeShapes } from './tensor-shapes.ts'
import { writeRandomModel } from './write-random-model.ts'

// Twenty seconds alone; long, because a busy machine is no failure.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 })

// A 3x3 convolution of 256 channels is mapped; less than 2 MB comes back when the allocator likes.
const widths = [96, 256, 256, 256]
/** Built as SD 1.5 is, a hundredth of it: megabytes of the text encoder and the UNet are what the process shows. */
const small: RandomModel = {
  index: { _class_name: 'StableDiffusionPipeline' },
  scheduler: {
    _class_name: 'DDIMScheduler',
    beta_start: 0.00085,
    beta_end: 0.012,
    beta_schedule: 'scaled_linear',
  },
  size: 64,
  networks: {
    unet: {
      file: 'diffusion_pytorch_model.safetensors',
      shapes: unetShapes({ widths, depths: [1, 1, 1, 0], resnets: 2, context: 384, linearProjection: false }),
      config: { attention_head_dim: 8, norm_num_groups: 32, in_channels: 4, cross_attention_dim: 384 },
    },
    vae: {
      file: 'diffusion_pytorch_model.safetensors',
      shapes: vaeShapes([32, 32, 32, 32], 4),
      config: { latent_channels: 4, block_out_channels: [32, 32, 32, 32], norm_num_groups: 32 },
    },
    text_encoder: {
      file: 'model.safetensors',
      shapes: clipShapes(384, 8),
      config: { hidden_size: 384, num_hidden_layers: 8, num_attention_heads: 6, hidden_act: 'quick_gelu' },
    },
  },
}
const megabytesOf = (name: string): number =>
  [...(small.networks[name]?.shapes ?? [])]
    // The table of words is looked up where it lies.
    .filter(([tensor]) => !tensor.includes('token_embedding'))
    .reduce((sum, [, shape]) => sum + (shape.reduce((product, side) => product * side, 1) * 4) / 2 ** 20, 0)

let place = ''
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'sanggar-policies-'))
  await writeRandomModel(join(place, 'model'), small, 'F32')
})
afterAll(() => rm(place, { recursive: true, force: true }))
const measured = (policy: 'keep' | 'idle' | 'after-use', gigabytes = 0) =>
  memoryOf(join(place, 'model'), policy, gigabytes, { width: 64, height: 64, steps: 1 }, 1000)

// Resident memory is read from /proc, as anybody outside would.
test.skipIf(process.platform !== 'linux')(
  'seen from outside: what is kept stays, what is idle goes, what is done goes at once, and a ceiling holds',
  async () => {
    const [text, unet] = [megabytesOf('text_encoder'), megabytesOf('unet')]
    const all = text + unet
    const keep = await measured('keep')
    const idle = await measured('idle')
    const free = await measured('after-use')
    // Under a ceiling of the UNet and a third, the text encoder must be gone before the UNet comes.
    const gigabytes = (unet * 1.34) / 1024
    const under = await measured('keep', gigabytes)
    for (const run of [keep, idle, free, under]) expect(run.job.state).toBe('done')
    expect(keep.later - keep.before).toBeGreaterThan(all * 0.9)
    expect(idle.after - idle.before).toBeGreaterThan(all * 0.9)
    expect(keep.later - idle.later).toBeGreaterThan(all / 3)
    expect(keep.after - free.after).toBeGreaterThan(all / 3)
    // Not peaks: the allocator gives back what was freed when it likes.
    expect(keep.after - under.after).toBeGreaterThan(text / 2)
  },
)
