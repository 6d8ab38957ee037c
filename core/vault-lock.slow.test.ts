import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Job } from '../contract/job.ts'
import { dispatch } from '../contract/rpc.ts'
import { createStudio } from './create-studio.ts'
import type { Studio } from './studio.ts'
import { createHostDouble, drawFlat, until } from './testing/host-double.ts'

let double: ReturnType<typeof createHostDouble>
let studio: Studio

beforeEach(async () => {
  double = createHostDouble()
  studio = await createStudio(double.host)
})

afterEach(async () => {
  await studio.close()
  double.remove()
})

const outcome = (name: string, input: unknown = null) => dispatch(studio.handlers, name, input)

async function call(name: string, input: unknown = null) {
  const answered = await outcome(name, input)
  if (!answered.ok) throw Object.assign(new Error(answered.failure.code), { failure: answered.failure })
  return answered.value as never
}

const submit = async (more: object = {}) =>
  (await call('jobs.submit', { kind: 'generate', prompt: 'a boat', model: 'starter', ...more })) as {
    id: string
  }

const job = async (id: string) => ((await call('jobs.list')) as Job[]).find((one) => one.id === id)

async function endedJob(id: string): Promise<Job> {
  for (;;) {
    const found = await job(id)
    if (found !== undefined && found.state === 'done') return found
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

describe('a locked vault', () => {
  it('cannot be had without a passphrase', async () => {
    expect(await outcome('vault.lock')).toEqual({ ok: false, failure: { code: 'vault-passphrase-missing' } })
  })

  it('answers nothing, shows nothing, and opens with the passphrase, also after a restart', async () => {
    const done = await endedJob((await submit()).id)
    await call('vault.setPassphrase', { next: 'perahu merah' })
    await call('vault.lock')
    expect(await outcome('images.query', {})).toEqual({ ok: false, failure: { code: 'vault-locked' } })
    expect(await call('app.info')).toMatchObject({ vault: { state: 'locked', keptIn: 'passphrase' } })
    const response = await studio.handleMedia(new Request(`http://x/media/image/${done.images[0]}`))
    expect(response.status).toBe(423)

    await studio.close()
    studio = await createStudio(double.host)
    expect(await outcome('settings.get')).toMatchObject({ ok: false })
    await call('vault.unlock', { passphrase: 'perahu merah' })
    expect(await call('images.query', {})).toMatchObject({ total: 1 })
  })

  it('makes wrong passphrases wait, longer each time', async () => {
    await call('vault.setPassphrase', { next: 'right' })
    await call('vault.lock')
    const waits: number[] = []
    for (let attempt = 0; attempt < 4; attempt++) {
      const answered = await outcome('vault.unlock', { passphrase: 'wrong' })
      waits.push(answered.ok ? -1 : ((answered.failure as { waitSeconds?: number }).waitSeconds ?? 0))
    }
    expect(waits.slice(0, 3)).toEqual([0, 0, 1])
    // The right one has to wait as well, or the waiting would tell which is right.
    expect(await outcome('vault.unlock', { passphrase: 'right' })).toMatchObject({ ok: false })
    await new Promise((resolve) => setTimeout(resolve, 2100))
    await call('vault.unlock', { passphrase: 'right' })
  })

  it('needs the old passphrase for a new one', async () => {
    await call('vault.setPassphrase', { next: 'one' })
    expect(await outcome('vault.setPassphrase', { next: 'two' })).toMatchObject({ ok: false })
    expect(await outcome('vault.setPassphrase', { current: 'zero', next: 'two' })).toMatchObject({
      ok: false,
    })
    await call('vault.setPassphrase', { current: 'one', next: null })
    expect(await call('app.info')).toMatchObject({ vault: { keptIn: 'key-file' } })
  })

  it('pauses a job that runs and goes on with the pictures that are missing', async () => {
    await call('vault.setPassphrase', { next: 'p' })
    let round = 0
    double.control.behaviour = async (task, say, process) => {
      round += 1
      if (round > 1 || task.kind !== 'generate') return drawFlat(task, say, process)
      // The first of three pictures is made, then it waits for the lock.
      await drawFlat(
        { ...task, seeds: task.seeds.slice(0, 1) },
        (word) => word.type !== 'done' && say(word),
        process,
      )
      await until(() => process.cancelled())
    }
    const { id } = await submit({ seed: '10', count: 3 })
    while ((await job(id))?.images.length !== 1) await new Promise((resolve) => setTimeout(resolve, 10))
    await call('vault.lock')
    await call('vault.unlock', { passphrase: 'p' })
    const done = await endedJob(id)
    expect(done.images).toHaveLength(3)
    const seeds = await Promise.all(
      done.images.map(async (image) => ((await call('images.get', { id: image })) as { seed: string }).seed),
    )
    expect(seeds).toEqual(['10', '11', '12'])
  })

  it('finishes a job into the vault when that was chosen', async () => {
    await call('vault.setPassphrase', { next: 'p' })
    await call('settings.change', { whenLocked: 'finish' })
    let goOn = false
    double.control.behaviour = async (task, say, process) => {
      await until(() => goOn)
      await drawFlat(task, say, process)
    }
    const { id } = await submit()
    await call('vault.lock')
    goOn = true
    await call('vault.unlock', { passphrase: 'p' })
    expect((await job(id))?.state).toBe('done')
  })

  it('can be deleted without being opened', async () => {
    await endedJob((await submit()).id)
    await call('vault.setPassphrase', { next: 'forgotten' })
    await call('vault.lock')
    const receipt = await call('privacy.deleteAll', { confirmation: 'delete everything' })
    expect(receipt).toMatchObject({ keyDestroyed: true, left: [] })
    expect(await call('images.query', {})).toMatchObject({ total: 0 })
    expect(existsSync(path.join(double.host.dataDirectory, 'items'))).toBe(false)
    expect(readdirSync(double.host.dataDirectory)).toContain('vault.key')
  })
})
