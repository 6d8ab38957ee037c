import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures.ts'
import { boat, make, openScreen } from '../steps.ts'

const english = ['Create', 'Edit', 'Gallery', 'Models', 'Privacy', 'Insights', 'Settings']
const places = ['create', 'edit', 'gallery', 'models', 'privacy', 'insights', 'settings']

/** WCAG 2.2 A and AA and axe's best practices; whatever it finds is shown with where it is. */
async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
}

/** The address is the same in every language. */
async function goTo(page: Page, place: string): Promise<void> {
  await page.locator(`.rail-item[href="#/${place}"]`).click()
  await expect(page.locator(`.rail-item[href="#/${place}"]`)).toHaveAttribute('aria-current', 'page')
  await page.waitForTimeout(400)
}

for (const { theme, language } of [
  { theme: 'Light', language: 'Bahasa Indonesia' },
  { theme: 'Dark', language: 'English' },
]) {
  test(`axe finds nothing on any screen, ${theme.toLowerCase()}, ${language}`, async ({ studio }) => {
    const { page } = studio
    const found: Record<string, string[]> = {}
    await make(page, boat)
    await openScreen(page, 'Settings')
    await page.getByRole('radio', { name: theme, exact: true }).check({ force: true })
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme.toLowerCase())
    await page.getByRole('radio', { name: language, exact: true }).check({ force: true })
    await expect(page.locator('html')).toHaveAttribute('lang', language === 'English' ? 'en' : 'id')
    for (const place of places) {
      await goTo(page, place)
      found[place] = await findings(page)
    }
    await page.keyboard.press('F1')
    await expect(page.getByRole('dialog').locator('article')).toBeVisible()
    found['help'] = await findings(page)
    await page.keyboard.press('Escape')
    await goTo(page, 'gallery')
    await page.locator('#gallery-grid [role=option]').first().click()
    found['gallery, with details'] = await findings(page)
    await page.keyboard.press('Enter')
    await expect(page.locator('.viewer')).toBeVisible()
    found['viewer'] = await findings(page)
    await page.keyboard.press('Escape')
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
