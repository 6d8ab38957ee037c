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
  scheduler: 'euler-a',
  seed: '5',
}

/** After how many snapshots each of the processes that follow is killed. */
let killAt: number[] = []
/** The steps of the snapshots that each process gave; nothing comes of one that was killed. */
let given: number[][] = []
/** Whether processes die as soon as they decode. */
let diesDecoding = false
let harness: Harness

function spawnVictim(): InferenceProcess {
  const victim = forkInference()
  const steps: number[] = []
  const lives = killAt.shift()
  let killed = false
  const kill = () => {
    killed = true
    victim.kill()
  }
  given.push(steps)
  return {
    ...victim,
    onMessage: (listener) =>
      victim.onMessage((message) => {
        // What it still had in the pipe is lost with it, so that every run dies at the same place.
        if (killed) return
        listener(message)
        if (diesDecoding && message.type === 'progress' && message.stage === 'decoding') kill()
        if (message.type !== 'checkpoint') return
        steps.push(message.unfinished.step)
        if (steps.length === lives) kill()
      }),
  }
}

beforeEach(async () => {
  killAt = []
  given = []
  diesDecoding = false
  harness = await openHarness(undefined, { spawnInference: spawnVictim, checkpointEvery: 0 })
})
afterEach(() => harness.close())

async function submit(more: object = {}): Promise<string> {
  return ((await harness.call('jobs.submit', { ...request, ...more })) as { id: string }).id
}

/** The program ended and started again; its processes will live as long as `lives` says. */
async function anew(lives: number[]): Promise<void> {
  await harness.stop()
  given = []
  killAt = lives
  await harness.start()
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
  expect(given).toEqual([[1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8]])

  await anew([12])
  const id = await submit({ count: 2 })
  const job = await harness.ended(id)
  expect(job).toMatchObject({ state: 'done', notes: [{ code: 'restarted-after-crash' }] })
  // Nothing was made twice.
  expect(given[0]?.slice(0, 12)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4])
  expect(given.flat()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8])
  expect(await pixels(job)).toEqual(await pixels(whole))
})

test('killed twice, then the program ended, then resumed: the same to the bit; decoded early it is another', async () => {
  const whole = await harness.ended(await submit())
  await anew([3, 1])
  const id = await submit()
  const failed = await harness.ended(id)
  const stopped = 4
  expect(failed).toMatchObject({
    state: 'failed',
    failure: { code: 'inference-crashed' },
    checkpoint: { picture: 0, step: stopped, steps: 8 },
  })
  await harness.stop()
  harness.jobs.clear()
  await harness.start()

  const { id: decoding } = (await harness.call('jobs.decode', { id })) as { id: string }
  const decoded = await harness.ended(decoding)
  expect(decoded).toMatchObject({
    state: 'done',
    notes: [{ code: 'decoded-early', detail: `${stopped} / 8` }],
  })

  await harness.call('jobs.resume', { id })
  const resumed = await harness.ended(id)
  expect(resumed.state).toBe('done')
  const [picture] = await pixels(resumed)
  expect(picture).toBe((await pixels(whole))[0])
  expect((await pixels(decoded))[0]).not.toBe(picture)
})

test('what dies while it decodes has lost no step: it is there, and decoding it gives the finished picture', async () => {
  const whole = await harness.ended(await submit())
  const latents = () =>
    readdirSync(harness.dataDirectory, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.latents'),
    )
  await anew([])
  diesDecoding = true
  const failed = await harness.ended(await submit())
  expect(failed).toMatchObject({ state: 'failed', checkpoint: { step: 8, steps: 8 } })
  // The second try decoded in small tiles, and made no step again.
  expect(failed.notes).toEqual([{ code: 'restarted-after-crash', detail: 'decoding' }])
  expect(given.flat()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  expect(latents()).toHaveLength(1)
  // Sealed: nothing of a JSON or of float32 zeros shows.
  expect(readFileSync(path.join(harness.dataDirectory, latents()[0] ?? '')).includes('scheduler')).toBe(false)
  diesDecoding = false
  const { id } = (await harness.call('jobs.decode', { id: failed.id })) as { id: string }
  const decoded = await harness.ended(id)
  expect(decoded).toMatchObject({ state: 'done', notes: [] })
  expect(await pixels(decoded)).toEqual(await pixels(whole))
})
