import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { type Page, chromium } from '@playwright/test'
import { ensureChromium } from '../../scripts/chromium.mjs'
import { collectLongTasks, firstsOf, typeAtOnce } from './page-probe.ts'

const root = path.resolve(import.meta.dirname, '..', '..')

export type StudioWindow = {
  page: Page
  /** milliseconds from starting the program: its link, the painted prompt, the first typed letter on the screen */
  start: { served: number; painted: number; typed: number }
  /** resident bytes of the program, without its inference process */
  residentMemory(): number
  close(): Promise<void>
}

/** Starts Sanggar on a library and opens it in Chromium, with a clock. The browser itself runs before the clock does. */
export async function openStudio(dataDirectory: string): Promise<StudioWindow> {
  const executablePath = await ensureChromium(process.execPath)
  if (executablePath === undefined) throw new Error('no Chromium')
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const browser = await chromium.launch({ executablePath, args: sandbox })
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  await page.addInitScript(collectLongTasks)
  await page.addInitScript(typeAtOnce)
  // The browser is still busy with its own start for a while.
  await page.waitForTimeout(2000)

  const began = performance.now()
  const child = spawn(
    process.execPath,
    [path.join(root, 'out', 'main', 'cli.js'), 'serve', '--no-open', '--address', '--data', dataDirectory],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const link = await new Promise<string>((resolve, reject) => {
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      const found = /Sanggar is at (\S+)/.exec(said)?.[1]
      if (found !== undefined) resolve(found)
    })
    child.on('exit', (code) => reject(new Error(`the host ended with ${code}`)))
  })
  const served = performance.now() - began
  await page.goto(link, { waitUntil: 'commit' })
  const prompt = page.getByRole('textbox', { name: 'Prompt', exact: true })
  await prompt.waitFor()
  const firsts = await firstsOf(page)
  const epoch = performance.timeOrigin + began
  const painted = firsts.painted - epoch
  const typed = firsts.typed - epoch
  await prompt.press('Backspace')

  return {
    page,
    start: { served, painted, typed },
    residentMemory() {
      const file = `/proc/${child.pid}/status`
      if (!existsSync(file)) return 0
      return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(file, 'utf8'))?.[1] ?? 0) * 1024
    },
    async close() {
      await browser.close()
      child.kill()
      await new Promise((resolve) => child.on('exit', resolve))
    },
  }
}

export async function goTo(page: Page, screen: string): Promise<void> {
  await page.getByRole('navigation').first().getByRole('link', { name: screen, exact: true }).click()
}
