import { mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures.ts'
import { writeGrainy } from '../pictures.ts'
import { drawn, openScreen } from '../steps.ts'

async function openPanel(page: Page, folder: string) {
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, 'grainy.png')
  await writeGrainy(file)
  await openScreen(page, 'Edit')
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Choose a picture' }).click()
  await (await chooser).setFiles(file)
  await page.getByText('Restore in parts').click()
}

const look = (page: Page) => page.locator('.restore-look')
const map = (page: Page) => page.getByRole('button', { name: /^Where to look/ })
const restored = (page: Page) => look(page).locator('.compare-side:not(.compare-before) img').nth(1)
const source = (page: Page) => restored(page).getAttribute('src')
const frame = (page: Page) => map(page).locator('span').getAttribute('style')

/** Mean absolute step between neighbours: how grainy the part is. */
const grain = (page: Page, which: number) =>
  look(page)
    .locator('.compare img')
    .nth(which)
    .evaluate(async (image: HTMLImageElement) => {
      await image.decode()
      const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight)
      const context = canvas.getContext('2d')
      context?.drawImage(image, 0, 0)
      const { data } = context?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] }
      let sum = 0
      for (let at = 4; at < data.length; at += 4) sum += Math.abs((data[at] ?? 0) - (data[at - 4] ?? 0))
      return sum / (data.length / 4)
    })

test('restoring shows what it would do while it is set, and nothing of that is kept', async ({ studio }) => {
  const { page, home } = studio
  await openPanel(page, home.home)
  await expect(restored(page)).toBeVisible({ timeout: 20_000 })
  await expect(look(page).getByText(/^Noise found in the picture: \d/)).toBeVisible()
  // The pictures in the page: as it is, restored over it, and as it is before the divider.
  expect(await grain(page, 1)).toBeLessThan((await grain(page, 0)) / 3)

  const strength = page.getByRole('slider', { name: 'How far' })
  await strength.fill('0.4')
  await expect(restored(page)).toHaveCSS('opacity', '0.4')
  await expect(look(page).getByText(/^Restored, 40/)).toBeVisible()

  const first = { source: await source(page), frame: await frame(page) }
  const box = await map(page).boundingBox()
  if (box === null) throw new Error('no map')
  await page.mouse.click(box.x + 5, box.y + 5)
  await expect.poll(() => frame(page), { timeout: 20_000 }).not.toBe(first.frame)
  expect(await source(page)).not.toBe(first.source)
  expect(await frame(page)).toContain('left: 0%')
  await map(page).press('ArrowRight')
  await expect.poll(() => frame(page), { timeout: 20_000 }).not.toContain('left: 0%')

  await page.getByRole('combobox', { name: 'Noise' }).selectOption('off')
  await expect(look(page).getByText('Nothing was found that wants restoring')).toBeVisible({
    timeout: 20_000,
  })

  const address = await restored(page).evaluate((image: HTMLImageElement) => image.src)
  await page.getByText('Restore in parts').click()
  await expect(look(page)).toBeHidden()
  const status = () => page.evaluate(async (url) => (await fetch(url)).status, address)
  await expect.poll(status).toBe(404)
  // On the disk there is the picture that was brought in, and no other.
  const files = readdirSync(home.home, { recursive: true, encoding: 'utf8' })
  expect(files.filter((name) => name.endsWith('.picture'))).toHaveLength(1)
})

test('the button restores the whole picture as the preview showed its part', async ({ studio }) => {
  const { page, home } = studio
  await openPanel(page, home.home)
  await expect(restored(page)).toBeVisible({ timeout: 20_000 })
  await page.getByRole('button', { name: 'Restore', exact: true }).click()
  await expect(page.locator('.stage-bar').getByText('900 × 600')).toBeVisible(drawn)
  // Now the whole is compared with what it was, until something is set anew.
  await expect(page.locator('.stage > .compare')).toBeVisible()
  await expect(look(page)).toBeHidden()
  await page.getByRole('combobox', { name: 'Noise' }).selectOption('on')
  await expect(restored(page)).toBeVisible({ timeout: 20_000 })
})
