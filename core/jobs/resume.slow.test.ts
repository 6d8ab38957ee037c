import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Job } from '../../contract/job.ts'
import { referenceFolder } from '../../reference/group-list.ts'
import type { InferenceProcess } from '../host.ts'
import { forkInference } from '../hosting/fork-inference.ts'
import { type Harness, openHarness } from '../testing/studio-harness.ts'

// Real networks in a real process that is really killed; a busy machine takes its time.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 })

const model = path.join(referenceFolder(), 'pipelines', 'sd15-tiny', 'onnx')
// Draws noise in every step: a generator that is not restored would show at once.
const request = {
  kind: 'generate',
  prompt: 'a red cat',
  model,
  width: 64,
  height: 64,
  steps: 8,
  scheduler: 'Euler a',
  seed: '5',
}

/** Which snapshots a process lives to see before it is killed. */
let killAt: number[] = []
let snapshots = 0
let harness: Harness

function spawnVictim(): InferenceProcess {
  const victim = forkInference()
  return {
    ...victim,
    onMessage: (listener) =>
      victim.onMessage((message) => {
        listener(message)
        if (message.type !== 'checkpoint') return
        snapshots += 1
        if (killAt.includes(snapshots)) victim.kill()
      }),
  }
}

beforeEach(async () => {
  killAt = []
  snapshots = 0
  harness = await openHarness(undefined, { spawnInference: spawnVictim, checkpointEvery: 0 })
})
afterEach(() => harness.close())

async function submit(more: object = {}): Promise<string> {
  return ((await harness.call('jobs.submit', { ...request, ...more })) as { id: string }).id
}

async function pixels(job: Job): Promise<string[]> {
  return Promise.all(
    job.images.map(async (id) => {
      const answer = await harness.get(`/media/image/${id}`)
      return Buffer.from(await answer.arrayBuffer()).toString('base64')
    }),
  )
}

test('kill -9 in the middle of the second picture: the rest is the same to the bit', async () => {
  const whole = await harness.ended(await submit({ count: 2 }))
  expect(whole.state).toBe('done')
  expect(snapshots).toBe(16)

  snapshots = 0
  killAt = [12]
  const id = await submit({ count: 2 })
  const job = await harness.ended(id)
  expect(job).toMatchObject({ state: 'done', notes: [{ code: 'restarted-after-crash' }] })
  // 8 of the first picture, 4 of the second one, and 4 more after the kill: nothing was made twice.
  expect(snapshots).toBe(16)
  expect(await pixels(job)).toEqual(await pixels(whole))
})

test('killed twice, then the program ended, then resumed: the same to the bit; decoded early it is another', async () => {
  const whole = await harness.ended(await submit())
  snapshots = 0
  killAt = [3, 5]
  const id = await submit()
  const failed = await harness.ended(id)
  expect(failed).toMatchObject({
    state: 'failed',
    failure: { code: 'inference-crashed' },
    checkpoint: { picture: 0, step: 5, steps: 8 },
  })
  await harness.stop()
  harness.jobs.clear()
  killAt = []
  await harness.start()

  const { id: decoding } = (await harness.call('jobs.decode', { id })) as { id: string }
  const decoded = await harness.ended(decoding)
  expect(decoded).toMatchObject({ state: 'done', notes: [{ code: 'decoded-early', detail: '5 / 8' }] })

  await harness.call('jobs.resume', { id })
  const resumed = await harness.ended(id)
  expect(resumed.state).toBe('done')
  const [picture] = await pixels(resumed)
  expect(picture).toBe((await pixels(whole))[0])
  expect((await pixels(decoded))[0]).not.toBe(picture)
})

test('cancelled before it is decoded: what was made is there, and decoding it gives the finished picture', async () => {
  const whole = await harness.ended(await submit())
  const latents = () =>
    readdirSync(harness.dataDirectory, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.latents'),
    )
  snapshots = 0
  killAt = [8, 9]
  const failed = await harness.ended(await submit())
  expect(failed).toMatchObject({ state: 'failed', checkpoint: { step: 8, steps: 8 } })
  expect(latents()).toHaveLength(1)
  // Sealed: nothing of a JSON or of float32 zeros shows.
  expect(readFileSync(path.join(harness.dataDirectory, latents()[0] ?? '')).includes('scheduler')).toBe(false)
  killAt = []
  const { id } = (await harness.call('jobs.decode', { id: failed.id })) as { id: string }
  const decoded = await harness.ended(id)
  expect(decoded).toMatchObject({ state: 'done', notes: [] })
  expect(await pixels(decoded)).toEqual(await pixels(whole))
})
