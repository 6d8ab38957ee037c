// npm test: installs what is missing, the test browser too, and runs every check there is.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { ensureBuilt } from './build.mjs'
import { format, lint, runAll, scratch, types, unit } from './checks.mjs'
import { ensureChromium } from './chromium.mjs'
import { ensureExiftool } from './exiftool.mjs'
import { command, root, say } from './command.mjs'
import { ensureInstalled } from './install.mjs'

/** @typedef {import('./checks.mjs').Count} Count */

/** Numbers against the libraries whose results Sanggar promises to repeat. @param {string} node @returns {Promise<Count>} */
async function reference(node) {
  const { code, output } = await command(node, [path.join(root, 'reference', 'run.ts')], { capture: true })
  process.stdout.write(output)
  // one line per group, the total last
  const counts = [...output.matchAll(/(\d+) passed, (\d+) failed/g)].at(-1)
  return { passed: Number(counts?.[1] ?? 0), failed: Math.max(Number(counts?.[2] ?? 0), code === 0 ? 0 : 1) }
}

/** @param {string} node @returns {Promise<Count>} */
async function build(node) {
  return (await ensureBuilt(node)) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

/** The same app in a real browser, and the command line, as a person meets them. @param {string} node @returns {Promise<Count>} */
async function endToEnd(node) {
  const chromium = await ensureChromium(node)
  if (chromium === undefined) {
    say('no Chromium: set SANGGAR_CHROMIUM to one, or install the package "chromium", and run npm test again')
    return { passed: 0, failed: 1 }
  }
  mkdirSync(scratch, { recursive: true })
  const report = path.join(scratch, 'e2e.json')
  rmSync(report, { force: true })
  const playwright = path.join(root, 'node_modules', '@playwright', 'test', 'cli.js')
  const { code } = await command(
    node,
    [playwright, 'test', '--config', path.join('e2e', 'playwright.config.ts'), '--reporter=list,json'],
    { env: { SANGGAR_CHROMIUM: chromium, PLAYWRIGHT_JSON_OUTPUT_NAME: report } },
  )
  if (!existsSync(report)) return { passed: 0, failed: 1 }
  const { stats } = JSON.parse(readFileSync(report, 'utf8'))
  const failed = Math.max(stats.unexpected, code === 0 ? 0 : 1)
  if (stats.skipped > 0)
    console.log(`(${stats.skipped} end-to-end tests cannot run on this machine and were skipped)`)
  return { passed: stats.expected + stats.flaky, failed }
}

const node = await ensureInstalled()
// One process: it runs beside those that come before it, which leave a core idle now and then.
const compared = reference(node)
const { passed, failed } = await runAll(node, [
  { name: 'types', run: types },
  { name: 'lint', run: lint },
  { name: 'format', run: format },
  { name: 'build', run: build },
  {
    name: 'unit',
    async run(at) {
      await ensureExiftool()
      return unit(at)
    },
  },
  { name: 'reference', run: () => compared },
  { name: 'e2e', run: endToEnd },
])
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
