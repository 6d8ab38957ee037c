// node scripts/screenshots.mjs: makes four pictures in a library of its own and takes the README's screenshots.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { chromium } from '@playwright/test'
import sharp from 'sharp'
import { ensureBuilt } from './build.mjs'
import { ensureChromium } from './chromium.mjs'
import { root } from './command.mjs'

const prompts = [
  'a red boat on a calm sea at sunset',
  'anime, a red house on the left and a green tree on the right, meadow, day',
  'a big orange cat in the snow at night, realistic photo',
  'watercolor of a blue boat on the sea at sunset with mountains',
]

const data = mkdtempSync(path.join(os.tmpdir(), 'sanggar-screenshots-'))
await ensureBuilt(process.execPath)
const executablePath = await ensureChromium(process.execPath)
if (executablePath === undefined) throw new Error('no Chromium')
const host = spawn(
  process.execPath,
  [path.join(root, 'cli', 'main.ts'), 'serve', '--no-open', '--data', data],
  {
    stdio: ['ignore', 'pipe', 'inherit'],
  },
)
/** @type {string} */
const link = await new Promise((resolve) => {
  host.stdout.on('data', (chunk) => {
    const found = /Sanggar is at (\S+)/.exec(String(chunk))?.[1]
    if (found !== undefined) resolve(found)
  })
})
const browser = await chromium.launch({
  executablePath,
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
})
const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'dark' })
mkdirSync(path.join(root, 'docs', 'screens'), { recursive: true })

/** @param {string} name */
async function shoot(name) {
  await page.waitForTimeout(1500)
  const file = path.join(root, 'docs', 'screens', `${name}.webp`)
  await sharp(await page.screenshot())
    .webp({ quality: 90 })
    .toFile(file)
}

await page.goto(link)
for (const [index, prompt] of prompts.entries()) {
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill(prompt)
  await page.getByRole('button', { name: 'Generate', exact: true }).click()
  const made = page.getByRole('region', { name: 'Recent pictures' }).getByRole('button')
  await made.nth(index).waitFor({ timeout: 60_000 })
}
await shoot('create')
for (const screen of ['Gallery', 'Privacy']) {
  await page.getByRole('navigation').getByRole('link', { name: screen, exact: true }).click()
  if (screen === 'Gallery')
    await page.getByRole('listbox', { name: 'Pictures' }).getByRole('option').first().click()
  await shoot(screen.toLowerCase())
}
await browser.close()
host.kill()
host.on('exit', () => rmSync(data, { recursive: true, force: true }))
