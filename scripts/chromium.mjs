// Finds a Chromium for the browser tests, or installs one.
import { accessSync, constants, existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import process from 'node:process'
import { command, root, say } from './command.mjs'

// The shell is Chromium without its window, which is also what Playwright fetches for tests; on two cores they take a
// third less processor time with it.
const names = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
]
const fixedPlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`,
]

/** @param {string | undefined} file @returns {file is string} */
function runs(file) {
  if (file === undefined || file === '') return false
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** @returns {string | undefined} */
function playwrightsOwn() {
  try {
    /** @type {{ chromium: { executablePath(): string } }} */
    const playwright = createRequire(path.join(root, 'package.json'))('@playwright/test')
    const file = playwright.chromium.executablePath()
    return existsSync(file) ? file : undefined
  } catch {
    return undefined
  }
}

/** @returns {string | undefined} */
export function findChromium() {
  const onPath = (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .flatMap((folder) => names.map((name) => path.join(folder, name)))
  return [process.env['SANGGAR_CHROMIUM'], playwrightsOwn(), ...onPath, ...fixedPlaces].find(runs)
}

/** @param {string} node @returns {Promise<string | undefined>} */
export async function ensureChromium(node) {
  const present = findChromium()
  if (present !== undefined) return present
  say("fetching Playwright's Chromium for the browser tests …")
  const playwright = path.join(root, 'node_modules', '@playwright', 'test', 'cli.js')
  await command(node, [playwright, 'install', 'chromium'], { capture: true })
  const fetched = findChromium()
  if (fetched !== undefined) return fetched
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    say("… not to be had; trying the system's packages …")
    const env = { DEBIAN_FRONTEND: 'noninteractive' }
    /** @param {string[]} parameters */
    const succeeds = async (...parameters) =>
      (await command('apt-get', parameters, { capture: true, env })).code === 0
    const install = async () => {
      for (const name of ['chromium-headless-shell', 'chromium'])
        if (await succeeds('install', '-y', '--no-install-recommends', name)) return true
      return false
    }
    if (!(await install())) {
      await succeeds('update')
      await install()
    }
  }
  return findChromium()
}
