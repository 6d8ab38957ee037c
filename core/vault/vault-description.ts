import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { SanggarError } from '../../contract/errors.ts'
import { diskFailure, writeDurably } from './durable-file.ts'
import { wrappedSecretSchema } from './passphrase.ts'

export const vaultDescriptionName = 'vault.json'

const common = {
  format: z.literal(1),
  createdAt: z.number(),
  /** 16 bytes derived from the secret, as hexadecimal: tells a damaged key from a damaged database. */
  check: z.string().optional(),
}

const descriptionSchema = z.discriminatedUnion('keptIn', [
  z.object({ ...common, keptIn: z.enum(['keychain', 'key-file']) }),
  z.object({ ...common, keptIn: z.literal('passphrase'), wrapped: wrappedSecretSchema }),
])

/**
 * The file holds the description and `sum`, the SHA-256 of its JSON: against one byte that the disk got wrong, which
 * would otherwise look like a wrong passphrase for ever. Libraries made before November 2026 have neither sum nor check.
 */
const fileSchema = z.looseObject({ sum: z.string().optional() })

export type Description = z.output<typeof descriptionSchema>

function sumOf(description: object): string {
  return createHash('sha256').update(JSON.stringify(description)).digest('hex')
}

/** Undefined where there is no vault. Throws 'library-damaged', which names the file, for one that was altered. */
export async function readDescription(dataDirectory: string): Promise<Description | undefined> {
  const file = path.join(dataDirectory, vaultDescriptionName)
  const text = await readOptional(file)
  if (text === undefined) return undefined
  try {
    const { sum, ...description } = fileSchema.parse(JSON.parse(text.toString()))
    const isWhole = sum === undefined ? !('check' in description) : sum === sumOf(description)
    if (!isWhole) throw new Error('altered')
    return descriptionSchema.parse(description)
  } catch (cause) {
    throw new SanggarError({ code: 'library-damaged', path: file, detail: 'unreadable' }, { cause })
  }
}

export async function writeDescription(dataDirectory: string, description: Description): Promise<void> {
  const text = JSON.stringify({ ...description, sum: sumOf(description) })
  await writeDurably(path.join(dataDirectory, vaultDescriptionName), Buffer.from(text))
}

export async function readOptional(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw diskFailure(cause, file)
  }
}
