// npm run package [-- electron-builder's options]: builds the app and its installers for this system.
// npm run package -- --dry-run: everything but Electron's binary, and tries what was packed. See dry-run/dry-run.mjs.
import path from 'node:path'
import process from 'node:process'
import { ensureBuilt } from './build.mjs'
import { command, root, say } from './command.mjs'
import { dryRun } from './dry-run/dry-run.mjs'
import { ensureElectron } from './electron-binary.mjs'
import { ensureInstalled } from './install.mjs'

// Names and dates that do not change from one build to the next.
const env = { SOURCE_DATE_EPOCH: process.env['SOURCE_DATE_EPOCH'] ?? '1767225600' }
const options = process.argv.slice(2)
const isDry = options.includes('--dry-run')
const node = await ensureInstalled()
if (!isDry && (await ensureElectron(node)) === undefined) {
  say(
    "packaging needs Electron's binary, which cannot be fetched here: run `npx install-electron` with a network",
  )
  process.exit(1)
}
if (!(await ensureBuilt(node))) process.exit(1)
if (isDry) process.exit(await dryRun(node, env))
const builder = path.join(root, 'node_modules', 'electron-builder', 'cli.js')
const { code } = await command(node, [builder, '--publish', 'never', ...options], { env })
process.exit(code)
