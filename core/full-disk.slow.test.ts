import { execFileSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { checkLibrary } from './library/check-library.ts'
import { type Harness, openHarness } from './testing/studio-harness.ts'

const megabyte = 1024 * 1024

/** A small disk in memory; false where this machine lets nobody mount one. */
function mounted(folder: string, ...options: string[]): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', ['size=6m', ...options].join(','), 'tmpfs', folder], {
      stdio: 'ignore',
    })
    return true
  } catch {
    return false
  }
}

/** Runs `work` on a library whose folder is a small disk; says so where there can be none. */
async function onSmallDisk(work: (harness: Harness) => Promise<void>): Promise<void> {
  const harness = await openHarness()
  await harness.stop()
  if (!mounted(harness.dataDirectory)) {
    console.log('no small disk: this user may not mount one, so a full disk is not tried here')
    await harness.start()
    await harness.close()
    return
  }
  try {
    await harness.start()
    await work(harness)
  } finally {
    await harness.stop().catch(() => undefined)
    execFileSync('umount', ['-l', harness.dataDirectory])
    harness.double.remove()
  }
}

test('a full disk fails the job by its name, keeps what was there, and goes on when there is room', async () => {
  await onSmallDisk(async (harness) => {
    const before = await harness.make()
    expect(before.state).toBe('done')
    const ballast = path.join(harness.dataDirectory, 'ballast')
    for (let size = 6 * megabyte; size > 1024; size = Math.floor(size * 0.7)) {
      try {
        writeFileSync(ballast, Buffer.alloc(size, 1), { flag: 'a' })
      } catch {
        continue // full: a smaller piece may still fit
      }
    }
    const answer = await harness.outcome('jobs.submit', { kind: 'generate', prompt: 'a', model: 'starter' })
    if (answer.ok) {
      const job = await harness.ended((answer.value as { id: string }).id)
      expect(job).toMatchObject({ state: 'failed', failure: { code: 'disk-full' } })
    } else expect(answer.failure.code).toBe('disk-full')
    const [picture = ''] = before.images
    expect((await harness.get(`/media/image/${picture}`)).status).toBe(200)
    rmSync(ballast)
    expect((await harness.make()).state).toBe('done')
    await harness.stop()
    const report = await checkLibrary(harness.dataDirectory, {})
    expect(report).toMatchObject({ database: 'sound', missing: [], damaged: [], unlisted: [], foreign: [] })
    await harness.start()
  })
})

test('a folder that became read-only is said by name and opens again afterwards', async () => {
  await onSmallDisk(async (harness) => {
    await harness.make()
    await harness.stop()
    execFileSync('mount', ['-o', 'remount,ro', harness.dataDirectory])
    await expect(harness.start()).rejects.toMatchObject({ failure: { code: 'path-not-writable' } })
    execFileSync('mount', ['-o', 'remount,rw', harness.dataDirectory])
    await harness.start()
    const page = (await harness.call('images.query', {})) as { total: number }
    expect(page.total).toBe(1)
    expect(existsSync(path.join(harness.dataDirectory, 'vault.json'))).toBe(true)
  })
})
