import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { drawFlat } from '../testing/host-double.ts'
import { type Harness, openHarness } from '../testing/studio-harness.ts'
import { createIdleLock } from './idle-lock.ts'

const minute = 60_000

describe('the clock of the idle lock', () => {
  let at = 0
  let minutes: number | undefined = 2
  let locked = 0
  const open = () =>
    createIdleLock(
      { minutes: () => minutes, lock: async () => void (locked += 1) },
      () => undefined,
      () => at,
    )
  const pass = async (milliseconds: number) => {
    for (let passed = 0; passed < milliseconds; passed += 5000) {
      at += 5000
      await vi.advanceTimersByTimeAsync(5000)
    }
  }
  beforeEach(() => {
    vi.useFakeTimers()
    at = 1_000_000
    minutes = 2
    locked = 0
  })
  afterEach(() => vi.useRealTimers())

  it('locks after the minutes that were chosen, and every sign begins them anew', async () => {
    const idle = open()
    await pass(1.5 * minute)
    idle.active()
    await pass(1.5 * minute)
    expect(locked).toBe(0)
    await pass(minute)
    expect(locked).toBe(1)
    idle.close()
  })

  it('locks as the machine wakes, and not because its clock was set back', async () => {
    const idle = open()
    at -= 60 * minute
    await pass(minute)
    expect(locked).toBe(0)
    at += 60 * minute // asleep: no timer ran
    await pass(5000)
    expect(locked).toBe(1)
    idle.close()
  })

  it('never does it while there is nothing to lock, or with 0', async () => {
    const idle = open()
    minutes = 0
    await pass(10 * minute)
    minutes = undefined
    await pass(10 * minute)
    minutes = 2
    await pass(minute)
    expect(locked).toBe(0)
    idle.close()
  })
})

describe('a library that nobody touches', () => {
  let studio: Harness
  let release: () => void
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] })
    let finish = () => undefined as void
    const held = new Promise<void>((resolve) => (finish = resolve))
    release = finish
    studio = await openHarness(async (...given) => {
      await held
      await drawFlat(...given)
    })
  })
  afterEach(async () => {
    await studio.close()
    vi.useRealTimers()
  })
  const state = async () => ((await studio.call('app.info')) as { vault: { state: string } }).vault.state
  const pass = async (milliseconds: number) => {
    vi.advanceTimersByTime(milliseconds)
    // Closing the vault takes real time.
    for (let tries = 0; tries < 20; tries++) await new Promise((resolve) => setTimeout(resolve, 10))
  }

  it('is locked, with its passphrase only, and opens with it', async () => {
    await studio.call('settings.change', { lockAfterMinutes: 1 })
    await pass(2 * minute)
    expect(await state()).toBe('open') // the key lies beside it: a lock would only look like one
    await studio.call('vault.setPassphrase', { next: 'kapal' })
    await pass(0.7 * minute)
    await studio.call('vault.active')
    await pass(0.7 * minute)
    expect(await state()).toBe('open')
    await pass(0.5 * minute)
    expect(await state()).toBe('locked')
    expect(await studio.failure('images.query', {})).toMatchObject({ code: 'vault-locked' })
    await studio.call('vault.unlock', { passphrase: 'kapal' })
    await pass(0.5 * minute)
    expect(await state()).toBe('open')
  })

  it('stays open for what is being done, and its minutes begin after that', async () => {
    await studio.call('settings.change', { lockAfterMinutes: 1 })
    await studio.call('vault.setPassphrase', { next: 'kapal' })
    const { id } = (await studio.call('models.test', { id: 'starter' })) as { id: string }
    await pass(5 * minute)
    expect(await state()).toBe('open')
    release()
    await studio.worked(id)
    await pass(0.7 * minute)
    expect(await state()).toBe('open')
    await pass(0.5 * minute)
    expect(await state()).toBe('locked')
  })
})
