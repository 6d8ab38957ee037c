// node scripts/example-pictures.mjs [seed]: draws the starter's own examples (models/starter/vocabulary.json) and keeps
// each as a small WebP in resources/examples, for the cards of the first start.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import sharp from 'sharp'
import { ensureBuilt } from './build.mjs'
import { root } from './command.mjs'

/** As renderer/create/example-pictures.ts looks for them. @param {string} prompt */
const exampleName = (prompt) =>
  prompt
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 48)
    .replaceAll(/^-|-$/g, '')

await ensureBuilt(process.execPath)
const seed = process.argv[2] ?? '7'
const folder = path.join(root, 'resources', 'examples')
const data = mkdtempSync(path.join(os.tmpdir(), 'sanggar-examples-'))
const { examples } = JSON.parse(readFileSync(path.join(root, 'models', 'starter', 'vocabulary.json'), 'utf8'))
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder)
for (const prompt of Object.values(examples).flat()) {
  const made = path.join(data, 'made.png')
  rmSync(made, { force: true })
  execFileSync(
    process.execPath,
    [
      path.join(root, 'out', 'main', 'cli.js'),
      'generate',
      prompt,
      '--seed',
      seed,
      '--data',
      data,
      '--out',
      made,
    ],
    { stdio: 'inherit' },
  )
  await sharp(made)
    .resize(384, 288, { fit: 'cover' })
    .webp({ quality: 80 })
    .toFile(path.join(folder, `${exampleName(prompt)}.webp`))
}
rmSync(data, { recursive: true, force: true })
