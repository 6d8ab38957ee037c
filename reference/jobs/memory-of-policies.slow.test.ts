import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { memoryOf } from './memory-of-policies.ts'
import { models, type RandomModel } from '../../bench/model-sizes.ts'
import { unetShapes } from '../../bench/tensor-shapes.ts'
import { writeRandomModel } from '../../bench/write-random-model.ts'

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 })

/** Stable Diffusion 1.5 with a third of its width: 400 MB of UNet, enough to be seen above a process's own swings. */
function small(): RandomModel {
  const whole = models['sd15']?.()
  const unet = whole?.networks['unet']
  if (whole === undefined || unet === undefined) throw new Error('no such model')
  const shapes = unetShapes({
    widths: [96, 192, 384, 384],
    depths: [1, 1, 1, 0],
    resnets: 2,
    context: 768,
    linearProjection: false,
  })
  return { ...whole, networks: { ...whole.networks, unet: { ...unet, shapes } } }
}

let folder = ''
const model = () => join(folder, 'model')
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sanggar-memory-'))
  await writeRandomModel(model(), small(), 'F32')
})
afterAll(() => rm(folder, { recursive: true }))

const size = { width: 64, height: 64 }
/** megabytes that weights of this model take at least when they are all there */
const weights = 300

test.runIf(process.platform === 'linux')(
  'kept, let go when idle, or let go after use: what is resident says so',
  async () => {
    const kept = await memoryOf(model(), 'keep', 0, size)
    expect(kept.job.state).toBe('done')
    expect(kept.later - kept.before).toBeGreaterThan(weights)
    expect(kept.peak).toBeGreaterThanOrEqual(kept.before + weights)

    const idle = await memoryOf(model(), 'idle', 0, size)
    expect(idle.after - idle.before).toBeGreaterThan(weights)
    expect(idle.after - idle.later).toBeGreaterThan(weights)

    const brief = await memoryOf(model(), 'after-use', 0, size)
    expect(brief.job.state).toBe('done')
    expect(brief.later).toBeLessThan(kept.later - weights)
    expect(brief.peak).toBeLessThan(kept.peak)
  },
)

test('what cannot fit below the ceiling is refused by name, and says so before it fills the memory', async () => {
  const { job } = await memoryOf(model(), 'keep', 0.1, size)
  expect(job.failure).toMatchObject({ code: 'out-of-memory' })
})
