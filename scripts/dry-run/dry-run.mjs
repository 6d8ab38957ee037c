// npm run package -- --dry-run: electron-builder's whole way for this system with an empty file in place of Electron's
// binary. What comes out is no app, but its file set, its archive, its pruned binaries and its fuses are the real ones,
// and the main process in it, with a stand-in for Electron, must make a picture.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { command, root, say } from '../command.mjs'

/** What @electron/fuses looks for in a binary, version 1 of its wire, and so many fuses, all as Electron ships them. */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
const shippedFuses = '101100101'

/** @param {string} folder */
function writeElectronStandIn(folder) {
  mkdirSync(path.join(folder, 'resources'), { recursive: true })
  mkdirSync(path.join(folder, 'locales'))
  const { version } = JSON.parse(
    readFileSync(path.join(root, 'node_modules', 'electron', 'package.json'), 'utf8'),
  )
  writeFileSync(path.join(folder, 'version'), version)
  for (const name of ['LICENSE', 'LICENSES.chromium.html']) writeFileSync(path.join(folder, name), '')
  const wire = Buffer.concat([
    Buffer.from(`no program\n${sentinel}`),
    Buffer.from([1, shippedFuses.length]),
    Buffer.from(shippedFuses),
  ])
  writeFileSync(path.join(folder, 'electron'), wire, { mode: 0o755 })
}

/** The archive and what lies unpacked beside it, as one folder that plain Node can read. @param {string} resources @param {string} to */
function unpack(resources, to) {
  const requireFromBuilder = createRequire(
    path.join(root, 'node_modules', 'electron-builder', 'package.json'),
  )
  const asar = requireFromBuilder('@electron/asar')
  const archive = path.join(resources, 'app.asar')
  for (const name of asar.listPackage(archive, { isPack: false })) {
    const inside = name.slice(1)
    const found = asar.statFile(archive, inside, false)
    if ('files' in found || found.unpacked === true) continue
    mkdirSync(path.dirname(path.join(to, inside)), { recursive: true })
    writeFileSync(path.join(to, inside), asar.extractFile(archive, inside))
  }
  cpSync(`${archive}.unpacked`, to, { recursive: true })
}

/** @param {string} place @returns {number} bytes */
function sizeOf(place) {
  if (!statSync(place).isDirectory()) return statSync(place).size
  return readdirSync(place).reduce((sum, name) => sum + sizeOf(path.join(place, name)), 0)
}

/** @param {string} node @param {NodeJS.ProcessEnv} env @returns {Promise<number>} exit code */
export async function dryRun(node, env) {
  if (process.platform !== 'linux') {
    say('the dry run knows the layout of Linux packages alone')
    return 1
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'sanggar-package-'))
  try {
    const standIn = path.join(folder, 'electron')
    const output = path.join(folder, 'release')
    writeElectronStandIn(standIn)
    const builder = path.join(root, 'node_modules', 'electron-builder', 'cli.js')
    const options = [`-c.electronDist=${standIn}`, `-c.directories.output=${output}`]
    const packing = await command(node, [builder, '--linux', 'dir', '--publish', 'never', ...options], {
      env,
    })
    if (packing.code !== 0) return packing.code
    const packed = path.join(output, readdirSync(output).find((name) => name.endsWith('unpacked')) ?? '')
    const fuses = await command(node, [
      path.join(root, 'scripts', 'read-fuses.mjs'),
      path.join(packed, 'sanggar'),
    ])
    if (fuses.code !== 0) return fuses.code

    const resources = path.join(packed, 'resources')
    // As deep as the archive itself: what is found relative to it is found as in a package.
    const app = path.join(resources, 'app')
    unpack(resources, app)
    const tokenizer = path.resolve(app, 'out', 'main', '..', '..', '..', 'resources', 'tokenizers', 'clip')
    if (!existsSync(tokenizer)) throw new Error('the tokenizer of single-file checkpoints is missing')
    const electron = path.join(app, 'node_modules', 'electron')
    mkdirSync(electron)
    cpSync(path.join(import.meta.dirname, 'electron-stand-in.mjs'), path.join(electron, 'index.mjs'))
    writeFileSync(
      path.join(electron, 'package.json'),
      JSON.stringify({ name: 'electron', type: 'module', exports: './index.mjs' }),
    )
    const program = path.join(app, 'try-app.mjs')
    cpSync(path.join(import.meta.dirname, 'try-app.mjs'), program)
    const main = path.join(app, 'out', 'main', 'main.js')
    const tried = await command(node, [program, main, resources, path.join(folder, 'data')], { cwd: folder })
    if (tried.code !== 0) return tried.code
    rmSync(app, { recursive: true })
    console.log('| in the package, besides Electron | MiB |\n|---|---|')
    for (const name of readdirSync(resources)) {
      console.log(`| ${name} | ${(sizeOf(path.join(resources, name)) / 2 ** 20).toFixed(1)} |`)
    }
    return 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
