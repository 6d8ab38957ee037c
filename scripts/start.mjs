// npm start                       the app: in Electron, or in the browser where Electron's binary cannot be had
// npm start -- generate "…" …     the same set-up, then the command line with those arguments
// npm run sanggar -- …            the command line, whatever the arguments
// Runs on plain Node 20.20 with nothing installed; everything after the set-up runs on the project's own Node 24.
import path from 'node:path'
import process from 'node:process'
import { ensureBuilt } from './build.mjs'
import { handOver, root, say } from './command.mjs'
import { ensureElectron } from './electron-binary.mjs'
import { ensureInstalled } from './install.mjs'

const asked = process.argv.slice(2)
const named = asked[0] === 'sanggar'
const parameters = named ? asked.slice(1) : asked
const cli = path.join(root, 'out', 'main', 'cli.js')
const hasDisplay =
  process.platform !== 'linux' || [process.env['DISPLAY'], process.env['WAYLAND_DISPLAY']].some(Boolean)

const node = await ensureInstalled()
if (!(await ensureBuilt(node, { quiet: true }))) {
  say('the build failed; see above')
  process.exit(1)
}
if (named || (parameters.length > 0 && !parameters[0]?.startsWith('-'))) {
  process.exit(await handOver(node, [cli, ...parameters]))
}

const asksForBrowser = parameters.includes('--browser')
const rest = parameters.filter((parameter) => parameter !== '--browser')
const electron = hasDisplay && !asksForBrowser ? await ensureElectron(node) : undefined
if (electron !== undefined) {
  // Chromium's sandbox refuses to work for root.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  process.exit(await handOver(electron, [...sandbox, root, ...rest]))
}
if (!hasDisplay) say('no display here: the app is served to a browser at the address below')
else if (!asksForBrowser) say("Electron's binary cannot be had here: the same app opens in the browser")
process.exit(await handOver(node, [cli, 'serve', ...(hasDisplay ? [] : ['--no-open']), ...rest]))
