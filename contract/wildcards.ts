import { z } from 'zod'

/** As `__name__` takes it: letters and digits, then also / . - and single underscores. */
export const wildcardNameSchema = z
  .string()
  .max(100)
  .regex(/^[\p{L}\p{N}](?:_?[\p{L}\p{N}/.-])*$/u)

/** One line per option. Kept below what one message may be. */
export const wildcardTextSchema = z.string().max(200_000)

export const wildcardSchema = z.object({
  name: wildcardNameSchema,
  lines: z.number().int(),
  /** the first few, for a glance */
  sample: z.array(z.string()),
})
export type Wildcard = z.output<typeof wildcardSchema>

/** The options of a list: blank lines and lines that begin with # are none. */
export function wildcardLines(text: string): string[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
}

/** The name that a file's name stands for: "Sky colours.txt" is sky-colours; undefined when nothing is left. */
export function wildcardNameOf(file: string): string | undefined {
  const name = file
    .replace(/\.txt$/i, '')
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_.-]+/gu, '-')
    .replaceAll(/_{2,}/g, '_')
    .replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '')
    .slice(0, 100)
  return wildcardNameSchema.safeParse(name).success ? name : undefined
}
