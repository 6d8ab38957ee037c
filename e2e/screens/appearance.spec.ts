import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures.ts'
import { boat, make, openScreen, tiles } from '../steps.ts'

const english = ['Create', 'Edit', 'Gallery', 'Models', 'Privacy', 'Insights', 'Settings']

/** WCAG 2.2 A and AA and axe's best practices; whatever it finds is shown with where it is. */
async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
}

for (const theme of ['Light', 'Dark']) {
  test(`axe finds nothing on any screen, ${theme.toLowerCase()}`, async ({ studio }) => {
    const { page } = studio
    await openScreen(page, 'Settings')
    await page.getByRole('radio', { name: theme, exact: true }).check({ force: true })
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme.toLowerCase())
    const found: Record<string, string[]> = {}
    for (const screen of english) {
      await openScreen(page, screen)
      await page.waitForTimeout(400)
      found[`${screen}, empty`] = await findings(page)
    }
    await openScreen(page, 'Create')
    await make(page, boat)
    found['Create, with a picture'] = await findings(page)
    await openScreen(page, 'Gallery')
    await tiles(page).first().click()
    found['Gallery, with a picture'] = await findings(page)
    await openScreen(page, 'Insights')
    await page.waitForTimeout(400)
    found['Insights, with numbers'] = await findings(page)
    expect(Object.fromEntries(Object.entries(found).filter(([, list]) => list.length > 0))).toEqual({})
  })
}

test('the language changes at once, and is kept', async ({ studio }) => {
  const { page } = studio
  await openScreen(page, 'Settings')
  await page.getByRole('radio', { name: 'Bahasa Indonesia' }).check({ force: true })
  await expect(page.locator('html')).toHaveAttribute('lang', 'id')
  await expect(page.getByRole('link', { name: 'Galeri', exact: true })).toBeVisible()
  await studio.restart()
  await expect(studio.page.locator('html')).toHaveAttribute('lang', 'id')
  await expect(studio.page.getByRole('link', { name: 'Galeri', exact: true })).toBeVisible()
})

test('a narrow window loses nothing', async ({ studio }) => {
  const { page } = studio
  await page.setViewportSize({ width: 900, height: 640 })
  for (const screen of english) {
    await openScreen(page, screen)
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow, `${screen} is wider than the window`).toBeLessThanOrEqual(0)
  }
})
