// Installs the packages of package-lock.json when they are not there, and finds the project's own Node.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { command, root, say } from './command.mjs'

/** @param {string} file @returns {Record<string, { version?: string, optional?: boolean, devOptional?: boolean }> | undefined} */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages
  } catch {
    return undefined
  }
}

/**
 * npm writes what it has installed into node_modules/.package-lock.json as its last act, so an install that was
 * cut short, or one of an older package-lock.json, does not match.
 */
export function isInstalled(folder = root) {
  const wanted = readPackages(path.join(folder, 'package-lock.json'))
  const present = readPackages(path.join(folder, 'node_modules', '.package-lock.json'))
  if (wanted === undefined || present === undefined) return false
  return Object.entries(wanted).every(
    ([place, entry]) =>
      place === '' ||
      present[place]?.version === entry.version ||
      // what belongs to another system or processor
      (present[place] === undefined && (entry.optional === true || entry.devOptional === true)),
  )
}

/** @param {string[]} parameters @param {{ quiet?: boolean }} [options] */
export function npm(parameters, options = {}) {
  // Under `npm start` the same npm on the same Node again (this script may run on the project's own, which is about
  // to be replaced, and which need not trust what the system's does); else the one on the PATH.
  const own = process.env['npm_execpath']
  const node = process.env['npm_node_execpath'] ?? process.execPath
  return own !== undefined && own.endsWith('.js')
    ? command(node, [own, ...parameters], options)
    : command('npm', parameters, { ...options, shell: process.platform === 'win32' })
}

/** Returns the Node 24 that everything else runs on. Exits with one line when there is none. */
export async function ensureInstalled() {
  if (!isInstalled()) {
    say('installing the packages of package-lock.json (once, a minute or two) …')
    const { code } = await npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], { quiet: true })
    if (code !== 0) {
      say(`"npm ci" failed with code ${code}: is the npm registry reachable?`)
      process.exit(1)
    }
  }
  return projectNode()
}

export function projectNode() {
  const name = process.platform === 'win32' ? 'node.cmd' : 'node'
  const binary = path.join(root, 'node_modules', '.bin', name)
  // The package itself, where it has one: no .cmd in between, so that signals and arguments arrive unchanged.
  const direct = [
    path.join(
      root,
      'node_modules',
      `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`,
    ),
    path.join(root, 'node_modules', `node-bin-${process.platform}-${process.arch}`),
  ]
    .flatMap((folder) => [path.join(folder, 'bin', 'node'), path.join(folder, 'bin', 'node.exe')])
    .find((file) => existsSync(file))
  if (direct !== undefined) return direct
  if (existsSync(binary)) return binary
  if (Number(process.versions.node.split('.')[0]) < 24) {
    const system = `${process.platform}-${process.arch}`
    say(`Node 24 is needed and has no package for ${system}: install Node 24 and try again`)
    process.exit(1)
  }
  return process.execPath
}
