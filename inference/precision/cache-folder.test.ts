import { mkdir, mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { cacheEntry, cacheKey, findEntry, listCache, trimCache } from './cache-folder.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sanggar-kept-'))
})
afterAll(() => rm(folder, { recursive: true }))

const about = { model: 'm', network: 'unet', kind: 'weights' } as const

describe('what is kept', () => {
  it('is made anew when a file of it is gone or cut short', async () => {
    const root = join(folder, 'cut')
    const key = cacheKey(['cut'])
    const fill = (partial: string) => writeFile(join(partial, 'data'), 'whole')
    const { folder: entry } = await cacheEntry(root, key, about, fill)
    expect(await findEntry(root, key)).toBe(entry)
    await writeFile(join(entry, 'data'), 'wh')
    expect(await findEntry(root, key)).toBeUndefined()
    expect((await cacheEntry(root, key, about, fill)).made).toBe(true)
    expect(await readFile(join(entry, 'data'), 'utf8')).toBe('whole')
    await rm(join(entry, 'about.json'))
    expect((await cacheEntry(root, key, about, fill)).made).toBe(true)
  })

  it('says what it is', async () => {
    const root = join(folder, 'said')
    const { folder: entry } = await cacheEntry(root, cacheKey(['said']), about, (partial) =>
      writeFile(join(partial, 'data'), 'xyz'),
    )
    const said: unknown = JSON.parse(await readFile(join(entry, 'about.json'), 'utf8'))
    expect(said).toEqual({ ...about, files: { data: 3 } })
  })

  it('is written under its name only when it is complete', async () => {
    const root = join(folder, 'cache')
    await mkdir(root)
    const key = cacheKey(['a', 1])
    await expect(
      cacheEntry(root, key, about, async (partial) => {
        await writeFile(join(partial, 'half'), 'x')
        throw new Error('killed')
      }),
    ).rejects.toThrow('killed')
    expect(await readdir(root)).toEqual([])
    const first = await cacheEntry(root, key, about, (partial) => writeFile(join(partial, 'whole'), 'xyz'))
    expect(first.made).toBe(true)
    const second = await cacheEntry(root, key, about, () => Promise.reject(new Error('not again')))
    expect(second).toEqual({ folder: first.folder, made: false })
  })

  it('is bounded: the longest unused go first, and what a crash left behind', async () => {
    const root = join(folder, 'bounded')
    await mkdir(root)
    const keys = ['a', 'b', 'c'].map((name) => cacheKey([name]))
    for (const [i, key] of keys.entries()) {
      const entry = await cacheEntry(root, key, about, (partial) =>
        writeFile(join(partial, 'data'), 'x'.repeat(100)),
      )
      const used = new Date(Date.now() - (3 - i) * 1000)
      await utimes(entry.folder, used, used)
    }
    await mkdir(join(root, `.${cacheKey(['dead'])}.999999999.partial`))
    expect((await listCache(root)).map(({ bytes }) => bytes)).toEqual([100, 100, 100])
    expect(await trimCache(root, 150)).toEqual(keys.slice(0, 2))
    expect(await readdir(root)).toEqual([keys[2]])
  })
})
