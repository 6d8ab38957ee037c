import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { closeDatabase, isSwept, openDatabase } from '../database/open-database.ts'
import { until } from '../testing/host-double.ts'
import { type Harness, openHarness } from '../testing/studio-harness.ts'
import { newId } from '../vault/identifier.ts'
import { itemsName, openItemStore } from '../vault/item-store.ts'
import { openVaultKeys } from '../vault/vault-key.ts'
import { deleteImageRow } from './image-rows.ts'
import { sweepLibrary } from './sweep.ts'

let harness: Harness
let ids: string[]
beforeEach(async () => {
  harness = await openHarness()
  ids = (await harness.make({ count: 3, seed: '7' })).images
  await harness.stop()
})
afterEach(() => harness.close())

const total = async () => ((await harness.call('images.query', {})) as { total: number }).total
const stub = (name: string) => path.join(harness.dataDirectory, itemsName, name.slice(0, 2), name)

/** The library as a crash would have left it, in the hands of this test. */
async function opened<Value>(
  use: (vault: Awaited<ReturnType<typeof vaultOf>>) => Value | Promise<Value>,
): Promise<Value> {
  const vault = await vaultOf()
  try {
    return await use(vault)
  } finally {
    closeDatabase(vault.database)
  }
}
async function vaultOf() {
  const keys = await openVaultKeys(harness.dataDirectory, {})
  const database = openDatabase(harness.dataDirectory, keys.database)
  return { database, items: openItemStore(path.join(harness.dataDirectory, itemsName), keys.items) }
}
const crashBefore = (id: string) =>
  opened(({ database }) => {
    deleteImageRow(database, id)
    database.exec(`UPDATE facts SET value = '0' WHERE name = 'swept'`)
  })

test('after a crash the start waits for no sweep, and pictures without a row come back by themselves', async () => {
  const [lost = ''] = ids
  await crashBefore(lost)
  const [head = ''] = ids
  writeFileSync(`${stub(`${head}.picture`)}.1234abcd.unfinished`, 'half a file')
  await harness.start()
  await until(async () => (await total()) === 3)
  expect(await harness.call('images.get', { id: lost })).toMatchObject({ prompt: 'a boat', seed: '7' })
  expect(existsSync(`${stub(`${head}.picture`)}.1234abcd.unfinished`)).toBe(false)
})

test('a sweep that was cut short is made at the next start, although that end was a clean one', async () => {
  const [lost = ''] = ids
  await crashBefore(lost)
  await opened(async ({ database, items }) => {
    const swept = await sweepLibrary(database, items, { signal: AbortSignal.abort() })
    expect(swept.adopted).toEqual([])
    expect(isSwept(database)).toBe(false)
  })
  await harness.start()
  await until(async () => (await total()) === 3)
})

test('what is being kept or erased meanwhile is not taken for left behind', async () => {
  await opened(async ({ database, items }) => {
    const arriving = newId()
    await items.put(arriving, 'picture', { id: arriving }, Buffer.from('a picture whose row is on the way'))
    const [leaving = ''] = ids
    database.transaction(() => {
      deleteImageRow(database, leaving)
      database.prepare('INSERT INTO erasing VALUES (?)').run(leaving)
    })()
    const swept = await sweepLibrary(database, items)
    expect(swept).toMatchObject({ erased: 1, adopted: [], unknown: [] })
    expect(isSwept(database)).toBe(true)
    expect(await items.has(arriving, 'picture')).toBe(true)
    expect(await items.has(leaving, 'picture')).toBe(false)
    await items.erase(arriving)
  })
  await harness.start()
  expect(await total()).toBe(2)
})

test('damage that only a look through the whole database finds is said in the open window', async () => {
  // A row that its table does not allow.
  const rewritten = (from: string, to: string) =>
    opened(({ database }) => {
      database.unsafeMode(true)
      database.pragma('writable_schema=ON')
      database
        .prepare(`UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE name = 'blocked_requests'`)
        .run(from, to)
      database.exec(`UPDATE facts SET value = '0' WHERE name = 'swept'`)
    })
  await rewritten('address TEXT NOT NULL', 'address TEXT')
  await opened(({ database }) => database.exec(`INSERT INTO blocked_requests VALUES (0, NULL, 'nobody')`))
  await rewritten('address TEXT', 'address TEXT NOT NULL')
  await harness.start()
  const codes = async () => {
    const { warnings } = (await harness.call('app.info')) as { warnings: { code: string }[] }
    return warnings.map(({ code }) => code)
  }
  expect(await codes()).toEqual([])
  await until(async () => (await codes()).includes('library-damaged'))
})
