// Builds the app when its sources are newer than what lies in out/.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { command, root, say } from './command.mjs'

const sources = [
  'cli',
  'contract',
  'core',
  'electron',
  'inference',
  'renderer',
  'resources',
  'web',
  'electron.vite.config.ts',
  'package-lock.json',
]
const stamp = path.join(root, 'out', 'sources.sha256')

/** Names, sizes and times of every source: a deleted file counts as a change, reading 1 MB of text would not help. */
function fingerprint() {
  const hash = createHash('sha256')
  /** @param {string} name */
  const visit = (name) => {
    const place = path.join(root, name)
    if (!existsSync(place)) return
    const { mtimeMs, size } = statSync(place)
    if (!statSync(place).isDirectory()) {
      if (!name.includes('.test.')) hash.update(`${name}\0${size}\0${Math.floor(mtimeMs)}\n`)
      return
    }
    for (const entry of readdirSync(place).sort()) visit(path.join(name, entry))
  }
  for (const source of sources) visit(source)
  return hash.digest('hex')
}

export function isBuilt() {
  return (
    existsSync(path.join(root, 'out', 'renderer', 'index.html')) &&
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === fingerprint()
  )
}

/** @param {string} node the project's own Node @param {{ quiet?: boolean }} [options] @returns {Promise<boolean>} */
export async function ensureBuilt(node, options = {}) {
  if (isBuilt()) return true
  say('building …')
  const before = fingerprint()
  // what Node kept of the bundle before (cli/main.ts)
  rmSync(path.join(root, 'out', 'compiled'), { recursive: true, force: true })
  const tool = path.join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  const { code } = await command(node, [tool, 'build', '--logLevel', 'warn'], options)
  if (code !== 0) return false
  writeFileSync(stamp, before)
  return true
}
