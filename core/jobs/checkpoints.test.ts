import { afterEach, expect, test } from 'vitest'
import type { Job } from '../../contract/job.ts'
import type { LedgerRow } from '../../contract/privacy.ts'
import type { GenerateTask } from '../../inference/protocol.ts'
import { drawFlat } from '../testing/host-double.ts'
import { filesBelow, type Harness, openHarness } from '../testing/studio-harness.ts'
import { diesAfter, unfinishedAt } from '../testing/unfinished.ts'

let harness: Harness
afterEach(() => harness.close())

const latentFiles = () => filesBelow(harness.dataDirectory).filter(({ file }) => file.endsWith('.latents'))

const tasks = () => harness.double.control.tasks as GenerateTask[]

test('a process that dies is started again once, from the newest snapshot', async () => {
  let runs = 0
  harness = await openHarness((task, say, process) => {
    runs += 1
    return (runs === 1 ? diesAfter(1, [2, 5]) : drawFlat)(task, say, process)
  })
  const job = await harness.make({ count: 3, seed: '10' })
  expect(job).toMatchObject({
    state: 'done',
    notes: [{ code: 'restarted-after-crash', detail: 'denoising' }],
  })
  expect(job.images).toHaveLength(3)
  expect(tasks()[1]?.seeds).toEqual(['11', '12'])
  expect(tasks()[1]?.resume).toEqual({ ...unfinishedAt(5), decode: false })
  expect(job.checkpoint).toBeUndefined()
  expect(latentFiles()).toEqual([])
})

test('dying twice ends the job, which can be resumed or decoded as it is, and there is no third time', async () => {
  harness = await openHarness(diesAfter(0, [3]))
  const failed = await harness.make({ count: 2, seed: '10' })
  expect(failed).toMatchObject({
    state: 'failed',
    failure: { code: 'inference-crashed' },
    checkpoint: { picture: 0, step: 3, steps: 8 },
  })
  expect(tasks()).toHaveLength(2)
  expect(latentFiles()).toHaveLength(1)

  harness.double.control.behaviour = drawFlat
  const { id } = (await harness.call('jobs.decode', { id: failed.id })) as { id: string }
  const decoded = await harness.ended(id)
  expect(decoded).toMatchObject({ state: 'done', decodes: { job: failed.id } })
  expect(tasks()[2]).toMatchObject({ seeds: ['10'], resume: { step: 3, decode: true } })

  // What was decoded early can still be made to its end.
  harness.jobs.delete(failed.id)
  await harness.call('jobs.resume', { id: failed.id })
  const resumed = await harness.ended(failed.id)
  expect(resumed.state).toBe('done')
  expect(resumed.images).toHaveLength(2)
  expect(tasks()[3]).toMatchObject({ seeds: ['10', '11'], resume: { step: 3, decode: false } })
  expect(latentFiles()).toEqual([])
  expect(await harness.failure('jobs.decode', { id: failed.id })).toMatchObject({
    code: 'checkpoint-unusable',
  })
  expect(await harness.failure('jobs.resume', { id: failed.id })).toMatchObject({ code: 'not-found' })
})

test('after the end of the program the job asks, and goes on from the disk', async () => {
  harness = await openHarness(async (_task, say) => {
    say({ type: 'checkpoint', picture: 0, unfinished: unfinishedAt(4) })
    await new Promise(() => undefined)
  })
  const { id } = (await harness.call('jobs.submit', {
    kind: 'generate',
    prompt: 'a boat',
    model: 'starter',
    seed: '10',
  })) as { id: string }
  await expect.poll(() => latentFiles().length, { timeout: 20_000 }).toBe(1)
  await harness.stop()
  harness.jobs.clear()
  harness.double.control.behaviour = drawFlat
  await harness.start()
  const [job] = (await harness.call('jobs.list')) as unknown as Job[]
  expect(job).toMatchObject({ id, state: 'interrupted', checkpoint: { step: 4 } })
  await harness.call('jobs.resume', { id })
  expect((await harness.ended(id)).state).toBe('done')
  expect(tasks().at(-1)?.resume?.checkpoint).toEqual(unfinishedAt(4).checkpoint)
})

test('snapshots are sealed, counted in the ledger, and go with their job', async () => {
  harness = await openHarness(diesAfter(0, [3]))
  const failed = await harness.make({ seed: '10' })
  const row = async () =>
    ((await harness.call('privacy.ledger')) as LedgerRow[]).find(
      ({ category }) => category === 'unfinished-pictures',
    )
  const [file] = latentFiles()
  const latents = Buffer.from(unfinishedAt(3).checkpoint.latents.buffer)
  expect(file?.bytes.includes(latents)).toBe(false)
  expect(await row()).toMatchObject({ held: true, count: 1, bytes: file?.bytes.length })
  await harness.call('jobs.clear')
  expect(latentFiles()).toEqual([])
  expect(await row()).toMatchObject({ count: 0 })
  expect(await harness.failure('jobs.resume', { id: failed.id })).toMatchObject({ code: 'not-found' })

  await harness.make({ seed: '11' })
  expect(latentFiles()).toHaveLength(1)
  const receipt = (await harness.call('privacy.deleteCategory', {
    category: 'unfinished-pictures',
  })) as { files: number; verified: number }
  expect(receipt).toMatchObject({ files: 1, verified: 1 })
  expect(latentFiles()).toEqual([])
})

test('a damaged snapshot is said, and the picture is made from its beginning', async () => {
  harness = await openHarness(diesAfter(0, [3]))
  const failed = await harness.make({ seed: '10' })
  const { writeFileSync } = await import('node:fs')
  const [file] = latentFiles()
  writeFileSync(file?.file ?? '', Buffer.from(file?.bytes ?? []).fill(0, 200))
  harness.double.control.behaviour = drawFlat
  harness.jobs.clear()
  await harness.call('jobs.resume', { id: failed.id })
  const job = await harness.ended(failed.id)
  expect(job).toMatchObject({ state: 'done', notes: [{ code: 'checkpoint-damaged', detail: '3 / 8' }] })
  expect(tasks().at(-1)?.resume).toBeUndefined()
})
