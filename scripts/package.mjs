// npm run package [-- electron-builder's options]: builds the app and its installers for this system.
import path from 'node:path'
import process from 'node:process'
import { ensureBuilt } from './build.mjs'
import { command, root, say } from './command.mjs'
import { ensureElectron } from './electron-binary.mjs'
import { ensureInstalled } from './install.mjs'

const node = await ensureInstalled()
if ((await ensureElectron(node)) === undefined) {
  say(
    "packaging needs Electron's binary, which cannot be fetched here: run `npx install-electron` with a network",
  )
  process.exit(1)
}
if (!(await ensureBuilt(node))) process.exit(1)
const builder = path.join(root, 'node_modules', 'electron-builder', 'cli.js')
const { code } = await command(node, [builder, '--publish', 'never', ...process.argv.slice(2)], {
  // Names and dates that do not change from one build to the next.
  env: { SOURCE_DATE_EPOCH: process.env['SOURCE_DATE_EPOCH'] ?? '1767225600' },
})
process.exit(code)
