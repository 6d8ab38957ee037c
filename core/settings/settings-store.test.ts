import { expect, test } from 'vitest'
import { defaultSettings } from '../../contract/settings.ts'
import { openMemoryDatabase } from '../incognito/memory-database.ts'
import { changeSettings, readSettings } from './settings-store.ts'

test('settings that are damaged, or of another version, are as on the first day; the others stay', () => {
  const database = openMemoryDatabase()
  try {
    changeSettings(database, { theme: 'dark', threads: 3 })
    const write = database.prepare('INSERT OR REPLACE INTO settings VALUES (?, ?)')
    write.run('threads', '{"half a')
    write.run('language', '"klingon"')
    write.run('of another version', 'true')
    expect(readSettings(database)).toEqual({ ...defaultSettings, theme: 'dark' })
    // Set again, it counts again.
    expect(changeSettings(database, { threads: 2 }).threads).toBe(2)
  } finally {
    database.close()
  }
})
