import { wildcardLines, wildcardNameOf, wildcardTextSchema } from '../../contract/wildcards'

export type ReadLists = { lists: { name: string; text: string }[]; bad: string[]; tooLarge: string[] }

/** More than any list may be, in bytes of UTF-8: looked at before a file is read. */
const mostBytes = 800_000

/**
 * Text files as lists. What is no text (a NUL, broken UTF-8), what has no line and what has no name that a prompt
 * could hold is turned away; control characters are taken out of the rest.
 */
export async function readListFiles(files: readonly File[]): Promise<ReadLists> {
  const read: ReadLists = { lists: [], bad: [], tooLarge: [] }
  for (const file of files) {
    const name = wildcardNameOf(file.name)
    if (file.size > mostBytes) {
      read.tooLarge.push(file.name)
      continue
    }
    const text = decoded(new Uint8Array(await file.arrayBuffer()))
    if (name === undefined || text === null || wildcardLines(text).length === 0) read.bad.push(file.name)
    else if (!wildcardTextSchema.safeParse(text).success) read.tooLarge.push(file.name)
    else read.lists.push({ name, text })
  }
  return read
}

function decoded(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    // Tabs and line ends may stay; what steers terminals or hides the order of letters may not.
    return text.includes('\0') ? null : text.replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, keepBlank)
  } catch {
    return null
  }
}

const keepBlank = (character: string) => (/[\t\n\r]/.test(character) ? character : '')
