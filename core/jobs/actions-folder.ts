import { readFile, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { type ActionProblem, type QuickAction, quickActionSchema } from '../../contract/quick-action.ts'

export type ActionsFolder = {
  folder: string
  actions: QuickAction[]
  problems: ActionProblem[]
}

const mostFiles = 200
const mostBytes = 100_000

/**
 * Quick actions that somebody put as files into `actions` of the data folder: read each time, never written, never
 * run. A file that is none is named with its first problem and hides no other.
 */
export async function readActionsFolder(dataDirectory: string): Promise<ActionsFolder> {
  const folder = path.join(dataDirectory, 'actions')
  const found: ActionsFolder = { folder, actions: [], problems: [] }
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
  for (const { name } of files.toSorted((a, b) => a.name.localeCompare(b.name)).slice(0, mostFiles)) {
    const parsed = await readAction(path.join(folder, name))
    if ('action' in parsed) found.actions.push(parsed.action)
    else found.problems.push({ file: name, problem: parsed.problem })
  }
  return found
}

async function readAction(file: string): Promise<{ action: QuickAction } | { problem: string }> {
  try {
    if ((await stat(file)).size > mostBytes) return { problem: 'too large' }
    const parsed = quickActionSchema.safeParse(JSON.parse(await readFile(file, 'utf8')))
    if (parsed.success) return { action: parsed.data }
    const [first] = parsed.error.issues
    return { problem: `${first?.path.join('.') ?? ''} ${first?.message ?? ''}`.trim() }
  } catch (error) {
    return { problem: error instanceof SyntaxError ? 'not JSON' : 'unreadable' }
  }
}
