// Finds Electron's binary, or tries once to fetch it. The npm package itself contains no binary.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { command, root, say } from './command.mjs'

const folder = path.join(root, 'node_modules', 'electron')

/** @returns {string | undefined} */
export function findElectron() {
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH']
  try {
    const name = readFileSync(path.join(folder, 'path.txt'), 'utf8').trim()
    const binary = override === undefined ? path.join(folder, 'dist', name) : path.join(override, name)
    return existsSync(binary) ? binary : undefined
  } catch {
    return undefined
  }
}

/** @param {string} node @returns {Promise<string | undefined>} undefined where the download is not to be had */
export async function ensureElectron(node) {
  const present = findElectron()
  if (present !== undefined) return present
  const installer = path.join(folder, 'install.js')
  if (!existsSync(installer)) return undefined
  say("fetching Electron's binary …")
  // Without a network this fails within a second; behind a silent firewall it must not hang either.
  const attempt = command(node, [installer], { capture: true })
  const limit = new Promise((resolve) => setTimeout(resolve, 180_000, undefined).unref())
  await Promise.race([attempt, limit])
  return findElectron()
}
