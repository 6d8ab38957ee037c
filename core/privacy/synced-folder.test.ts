import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openHarness } from '../testing/studio-harness.ts'
import { keepUnindexed } from './keep-unindexed.ts'
import { syncedBy } from './synced-folder.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'sanggar-home-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const folder = (...names: string[]) => {
  const made = path.join(home, ...names)
  mkdirSync(made, { recursive: true })
  return made
}

it.each([
  [['OneDrive - Toko Sari', 'Sanggar'], 'OneDrive'],
  [['Dropbox (Personal)', 'x'], 'Dropbox'],
  [['Library', 'Mobile Documents', 'com~apple~CloudDocs', 'Sanggar'], 'iCloud Drive'],
  [['Library', 'CloudStorage', 'GoogleDrive-sari@example.org', 'x'], 'GoogleDrive'],
  [['Google Drive', 'x'], 'Google Drive'],
  [['Nextcloud', 'x'], 'Nextcloud'],
  [['Documents', 'Sanggar'], undefined],
  [['my dropbox notes', 'x'], undefined],
])('%j is kept in step by %s', (names, service) => {
  expect(syncedBy(folder(...names), { env: {}, home })).toBe(service)
})

it('looks behind links, at the environment and for markers', () => {
  const real = folder('Dropbox', 'Sanggar')
  symlinkSync(real, path.join(home, 'innocent'))
  expect(syncedBy(path.join(home, 'innocent'), { env: {}, home })).toBe('Dropbox')
  const business = folder('Toko', 'a', 'b')
  expect(syncedBy(business, { env: { OneDriveCommercial: path.join(home, 'Toko') }, home })).toBe('OneDrive')
  const shared = folder('shared', 'deep', 'Sanggar')
  mkdirSync(path.join(home, 'shared', '.stfolder'))
  expect(syncedBy(shared, { env: {}, home })).toBe('Syncthing')
  writeFileSync(path.join(business, '.sync_0123abcd.db'), '')
  expect(syncedBy(business, { env: {}, home })).toBe('Nextcloud')
})

it('marks the folder for the search of the platform', () => {
  keepUnindexed(home, 'darwin')
  keepUnindexed(home, 'linux')
  keepUnindexed(home, 'linux')
  expect(readdirSync(home).sort()).toEqual(['.metadata_never_index', '.nomedia'])
})

it('is told with the other facts about the program', async () => {
  const studio = await openHarness()
  expect(await studio.call('app.info')).toMatchObject({ warnings: [] })
  await studio.stop()
  mkdirSync(path.join(studio.dataDirectory, '.stfolder'))
  await studio.start()
  expect(await studio.call('app.info')).toMatchObject({
    warnings: [{ code: 'synced-folder', detail: 'Syncthing' }],
  })
  await studio.close()
})
