// node scripts/screenshots.mjs: walks through every screen by keyboard (e2e/screens/keyboard-tour.spec.ts) and keeps
// what it sees in docs/screens.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { ensureBuilt } from './build.mjs'
import { ensureChromium } from './chromium.mjs'
import { command, root } from './command.mjs'

await ensureBuilt(process.execPath)
if ((await ensureChromium(process.execPath)) === undefined) throw new Error('no Chromium')
mkdirSync(path.join(root, 'docs', 'screens'), { recursive: true })
process.env['SANGGAR_SCREENSHOTS'] = '1'
const playwright = path.join(root, 'node_modules', '@playwright', 'test', 'cli.js')
const config = path.join(root, 'e2e', 'playwright.config.ts')
const { code } = await command(process.execPath, [
  playwright,
  'test',
  '--config',
  config,
  // With a space between them the option would take the file's name for a project too.
  '--project=web',
  'keyboard-tour',
])
process.exitCode = code
