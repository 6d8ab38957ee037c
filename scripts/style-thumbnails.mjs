// node scripts/style-thumbnails.mjs [seed]: draws the same scene in every style of resources/styles with the starter
// model and keeps it beside the style as a small WebP, for the cards of Create and Edit.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import sharp from 'sharp'
import { ensureBuilt } from './build.mjs'
import { root } from './command.mjs'

const scene = 'a blue boat on the sea at sunset with mountains'
await ensureBuilt(process.execPath)
const seed = process.argv[2] ?? '7'
const folder = path.join(root, 'resources', 'styles')
const data = mkdtempSync(path.join(os.tmpdir(), 'sanggar-styles-'))
const cli = path.join(root, 'out', 'main', 'cli.js')
for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  const { id, adds } = JSON.parse(readFileSync(path.join(folder, file), 'utf8'))
  const made = path.join(data, `${id}.png`)
  const prompt = `${scene}, ${adds.en}`
  execFileSync(
    process.execPath,
    [cli, 'generate', prompt, '--seed', seed, '--steps', '16', '--data', data, '--out', made],
    { stdio: 'inherit' },
  )
  await sharp(made)
    .resize(192, 120, { fit: 'cover' })
    .webp({ quality: 82 })
    .toFile(path.join(folder, `${id}.webp`))
}
rmSync(data, { recursive: true, force: true })
