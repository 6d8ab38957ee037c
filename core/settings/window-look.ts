import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { type Settings, settingsSchema } from '../../contract/settings.ts'
import { shredUnfinished, writeDurably } from '../vault/durable-file.ts'

/**
 * Language and theme beside the vault, in plain text, as long as a passphrase locks it: the page that asks for the
 * passphrase is read before any setting can be.
 */
export const windowLookName = 'window.json'

const lookSchema = settingsSchema.pick({ language: true, theme: true })
type Look = Pick<Settings, 'language' | 'theme'>

/** The defaults where nothing is kept, or nothing that can be read. */
export function readLook(dataDirectory: string): Look {
  try {
    return lookSchema.parse(JSON.parse(readFileSync(path.join(dataDirectory, windowLookName), 'utf8')))
  } catch {
    return lookSchema.parse({})
  }
}

/** Undefined: nothing is kept. */
export async function keepLook(dataDirectory: string, settings: Look | undefined): Promise<void> {
  const file = path.join(dataDirectory, windowLookName)
  if (settings === undefined) return rm(file, { force: true })
  const { language, theme } = settings
  return writeDurably(file, Buffer.from(JSON.stringify({ language, theme })))
}

/** Removes what a crash left half written. */
export const sweepLook = (dataDirectory: string): Promise<void> =>
  shredUnfinished(path.join(dataDirectory, windowLookName))
