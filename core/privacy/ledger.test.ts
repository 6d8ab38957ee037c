import { existsSync, readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type LedgerCategory, type LedgerRow, ledgerCategorySchema } from '../../contract/privacy.ts'
import { openDatabase } from '../database/open-database.ts'
import { openRawVault } from '../testing/raw-vault.ts'
import { type Harness, filesBelow, openHarness } from '../testing/studio-harness.ts'
import { openVaultKeys } from '../vault/vault-key.ts'
import { heldCategories } from './held-data.ts'

/**
 * The ledger says what is held and what is never held. Both are claims about everything that there is, so everything
 * is looked at: each table and column of the database, each file, and the decrypted bytes of both.
 */
let studio: Harness
beforeEach(async () => {
  studio = await openHarness()
})
afterEach(() => studio.close())

/** Where each table and column is told. A new one fails the test until somebody decides what it is. */
const told: Record<string, LedgerCategory | 'work in progress'> = {
  images: 'pictures-made', // its words: prompts, titles-and-notes; brought in: pictures-brought-in; its times
  image_text: 'prompts',
  fingerprints: 'pictures-made',
  collections: 'collections',
  collection_images: 'collections',
  checkpoints: 'unfinished-pictures',
  settings: 'settings',
  retention_rules: 'settings',
  facts: 'settings',
  drafts: 'drafts',
  jobs: 'history',
  models: 'models-used',
  model_descriptions: 'models-used',
  model_roots: 'models-used',
  model_overrides: 'models-used',
  blocked_requests: 'blocked-requests',
  // Emptied before the act that filled them ends.
  erasing: 'work in progress',
  header_rewrites: 'work in progress',
}

/** What a column would be called that holds what is never held. */
const telltale =
  /account|e_?mail|phone|user|login|password|token|session|cookie|card|iban|pay|price|invoice|device|machine|host|serial|mac_|address_|latitude|longitude|location|gps|country|city|locale|agent|fingerprint_id|advert|track|share_with|recipient|upload/i

const neverHeld = ledgerCategorySchema.options.filter(
  (category) => category !== 'local-log' && !heldCategories.some((held) => held === category),
)

it('tells of every table, and no table or column is for what is never held', async () => {
  await studio.make()
  await studio.stop()
  const database = openDatabase(
    studio.dataDirectory,
    (await openVaultKeys(studio.dataDirectory, {})).database,
  )
  const tables = database
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
    .pluck()
    .all() as string[]
  const own = tables.filter((name) => !name.startsWith('image_text_')) // FTS5's own tables of the index
  expect(own.sort()).toEqual(Object.keys(told).sort())
  expect(neverHeld).toEqual(['account', 'payment', 'device', 'cookies', 'shared-with-others'])
  for (const category of neverHeld) expect(Object.values(told)).not.toContain(category)
  const columns = own.flatMap((table) =>
    (database.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => `${table}.${name}`),
  )
  expect(columns.filter((name) => telltale.test(name.replace(/^.*\./, '')))).toEqual([])
  database.close()
  await studio.start()
})

it('what it says is never held is really not there: not in the database, not in a file, decrypted or as it lies', async () => {
  const photo = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#a52' } })
    .withExif({
      IFD0: { Make: 'Kamerafabrik', Artist: 'Windhoekwati' },
      IFD3: { GPSLatitudeRef: 'S', GPSLatitude: '8/1 30/1 11/1' },
    })
    .jpeg()
    .toBuffer()
  // An imported picture is called by its file's name; one to begin with is not.
  await studio.post('/media/import?name=laut.jpg', photo)
  await studio.post('/media/input?name=Ubudkulon.jpg', photo)
  await studio.make({ prompt: 'a boat', count: 2 })
  await studio.call('vault.setPassphrase', { next: 'kata sandi' })
  await studio.call('vault.setPassphrase', { current: 'kata sandi', next: null })
  await studio.stop()
  const raw = await openRawVault(studio.dataDirectory)
  const everything = [
    raw.database.toString('latin1'),
    raw.database.toString('utf16le'),
    raw.records,
    ...filesBelow(studio.dataDirectory).map(({ bytes }) => bytes.toString('latin1')),
  ].join('\n')
  const { username } = os.userInfo()
  const machine = [
    os.hostname(),
    os.cpus()[0]?.model,
    // Short and common names would be found in any words.
    username.length > 4 ? username : undefined,
    ...['/etc/machine-id', '/sys/class/dmi/id/product_uuid'].map((file) =>
      existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined,
    ),
    ...Object.values(os.networkInterfaces()).flatMap((cards) =>
      (cards ?? []).flatMap(({ mac, address }) => [mac, address]),
    ),
  ].filter((one) => one !== undefined && one.length > 3 && !/^(00:)+00$|^127\.|^::1$/.test(one))
  expect(machine.length).toBeGreaterThan(0)
  const personal = ['Kamerafabrik', 'Windhoekwati', 'Ubudkulon', 'kata sandi']
  expect([...machine, ...personal].filter((one) => everything.includes(one ?? ''))).toEqual([])
  // It can fail: what is held is found.
  expect(everything).toContain('a boat')
  await studio.start()
})

it('every row says where it lies, and that place is there', async () => {
  await studio.make()
  await studio.call('drafts.set', { key: 'create', value: { prompt: 'x' } })
  const rows = (await studio.call('privacy.ledger')) as LedgerRow[]
  for (const { category, held, count, place, keptUntil } of rows) {
    if (!held) expect([category, count, place]).toEqual([category, 0, ''])
    else
      expect([category, existsSync(place), path.isAbsolute(place), keptUntil]).toEqual([
        category,
        true,
        true,
        'until-deleted',
      ])
  }
  expect(rows.filter(({ count }) => count > 0).length).toBeGreaterThan(4)
})
