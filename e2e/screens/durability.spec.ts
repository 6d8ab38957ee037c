import { readFileSync, readdirSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures.ts'
import { boat, canvas, drawn, generateButton, make, openAdvanced, promptBox, recent } from '../steps.ts'

/** The inference process: the child of `parent` that runs worker.ts (from /proc: Linux only). */
function inferenceProcess(parent: number): number | undefined {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8')
      const status = readFileSync(`/proc/${name}/status`, 'utf8')
      const parentId = Number(/^PPid:\s+(\d+)/m.exec(status)?.[1])
      if (parentId === parent && /worker\.(ts|js)/.test(command)) return Number(name)
    } catch {
      // it ended while we looked
    }
  }
  return undefined
}

/** Many slow pictures, so that there is a middle to be killed in. */
async function startLongRun(page: Page): Promise<void> {
  const before = await recent(page).getByRole('button').count()
  await promptBox(page).fill(boat)
  const steps = (await openAdvanced(page)).getByRole('slider', { name: 'Steps' })
  await steps.focus()
  await steps.press('End')
  await page.getByRole('spinbutton', { name: 'Pictures' }).fill('30')
  await generateButton(page).click()
  await expect.poll(() => recent(page).getByRole('button').count(), drawn).toBeGreaterThan(before)
}

test('the inference process is killed in mid-run: once it goes on, twice the job says so, and the app lives on', async ({
  studio,
}) => {
  test.skip(process.platform !== 'linux', '/proc tells which process it is')
  const { page } = studio
  await make(page, boat)
  await startLongRun(page)
  const first = inferenceProcess(studio.processId())
  expect(first).toBeDefined()
  process.kill(first ?? 0, 'SIGKILL')
  const made = await recent(page).getByRole('button').count()
  await expect.poll(() => recent(page).getByRole('button').count(), drawn).toBeGreaterThan(made)
  const second = inferenceProcess(studio.processId())
  expect(second).not.toBe(first)
  process.kill(second ?? 0, 'SIGKILL')
  await expect(page.getByText('The drawing process stopped.').first()).toBeVisible()
  await expect(page.getByText(/It ended with SIGKILL/).first()).toBeVisible()
  const finished = await recent(page).getByRole('button').count()
  expect(finished).toBeGreaterThanOrEqual(1)
  await page.getByRole('spinbutton', { name: 'Pictures' }).fill('1')
  await page.getByRole('slider', { name: 'Steps' }).press('Home')
  await make(page, 'a green hill at noon')
})

test('the whole app is killed in mid-run: everything finished is still there', async ({ studio }) => {
  await make(studio.page, boat)
  await startLongRun(studio.page)
  const finished = await recent(studio.page).getByRole('button').count()
  expect(finished).toBeGreaterThanOrEqual(2)
  await studio.restart('kill')
  await expect.poll(() => recent(studio.page).getByRole('button').count()).toBeGreaterThanOrEqual(finished)
  await expect(canvas(studio.page).getByText('Interrupted.')).toBeVisible()
  await expect(generateButton(studio.page)).toBeEnabled()
})
