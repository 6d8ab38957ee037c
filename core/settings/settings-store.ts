import {
  type Settings,
  type SettingsChange,
  defaultSettings,
  settingsSchema,
} from '../../contract/settings.ts'
import type { Connection } from '../database/open-database.ts'

type Row = { name: string; value: string }

/** One row per setting that differs from the defaults; a value that no longer fits falls back to its default. */
export function readSettings(database: Connection): Settings {
  const settings: Record<string, unknown> = { ...defaultSettings }
  for (const row of database.prepare('SELECT name, value FROM settings').all() as Row[]) {
    const shape = settingsSchema.shape as Record<string, { safeParse(value: unknown): { success: boolean } }>
    const value = jsonOf(row.value)
    if (shape[row.name]?.safeParse(value).success) settings[row.name] = value
  }
  return settingsSchema.parse(settings)
}

/** undefined, which fits no setting, where it is none. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function changeSettings(database: Connection, change: SettingsChange): Settings {
  const write = database.prepare(
    'INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  )
  database.transaction(() => {
    for (const [name, value] of Object.entries(change)) {
      if (value !== undefined) write.run(name, JSON.stringify(value))
    }
  })()
  return readSettings(database)
}

export function resetSettings(database: Connection): Settings {
  database.exec('DELETE FROM settings')
  return readSettings(database)
}
