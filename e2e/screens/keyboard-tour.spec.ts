import path from 'node:path'
import type { Page } from '@playwright/test'
import sharp from 'sharp'
import { expect, test } from '../fixtures.ts'
import { drawn, recent, tiles } from '../steps.ts'

/**
 * The whole job without a mouse: from the first start over every screen to a picture that is made, found, used again,
 * changed and erased. `node scripts/screenshots.mjs` runs it to take the pictures of README and docs.
 */
const wanted = process.env['SANGGAR_SCREENSHOTS'] !== undefined
const folder = path.resolve(import.meta.dirname, '..', '..', 'docs', 'screens')

test.use({
  colorScheme: 'dark',
  viewport: wanted ? { width: 1440, height: 900 } : { width: 1280, height: 800 },
})

async function shoot(page: Page, name: string): Promise<void> {
  if (!wanted) return
  // What a step before had to say is over.
  await expect(page.locator('.toast')).toHaveCount(0, { timeout: 20_000 })
  await page.waitForTimeout(1200)
  await sharp(await page.screenshot())
    .webp({ quality: 90 })
    .toFile(path.join(folder, `${name}.webp`))
}

/** Presses Tab until the focus is on something with this role and name. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press('Tab')
    if (await page.evaluate((wants) => document.activeElement?.matches(wants), selector)) return
  }
  throw new Error(`80 times Tab never reached ${selector}`)
}

/** What has the focus can be seen: an outline, a ring or a border that the unfocused element has not. */
async function expectFocusShown(page: Page): Promise<void> {
  const shown = await page.evaluate(() => {
    const element = document.activeElement
    if (!(element instanceof HTMLElement)) return false
    const around = [element, element.parentElement, element.parentElement?.parentElement]
    return around.some((one) => {
      if (!one) return false
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one)
      return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none'
    })
  })
  expect(shown, 'the focus is invisible').toBe(true)
}

const prompts = [
  'watercolor of a blue boat on the sea at sunset with mountains',
  'a big orange cat in the snow at night, realistic photo',
  'anime, a red house on the left and a green tree on the right, meadow, day',
  'a red boat on a calm sea at sunset',
]

test('everything that a studio is for, without a mouse', async ({ studio }) => {
  const { page } = studio
  await expect(page.locator('.welcome')).toBeVisible()
  await tabTo(page, '.policy-notice button:last-of-type')
  await page.keyboard.press('Enter')
  await expect(page.locator('.policy-notice')).toBeHidden()
  await shoot(page, 'first-start')

  // The tour begins and ends by keyboard.
  await tabTo(page, '.welcome > button')
  await expectFocusShown(page)
  await page.keyboard.press('Enter')
  const tour = page.getByRole('dialog')
  await expect(tour).toBeVisible()
  for (let step = 0; step < 10 && (await tour.isVisible()); step++) await page.keyboard.press('Enter')
  await expect(tour).toBeHidden()
  // Begun on another screen it waits for Create, and leaves nothing out.
  await page.keyboard.press('Control+3')
  await page.keyboard.press('F1')
  await page.getByRole('button', { name: 'Show me around' }).press('Enter')
  await expect(tour).toContainText('1 of 6')
  await page.keyboard.press('Escape')
  await expect(tour).toBeHidden()

  for (const [index, prompt] of (wanted ? prompts : prompts.slice(-2)).entries()) {
    await page.keyboard.press('Alt+a')
    await page.keyboard.press('Control+a')
    await page.keyboard.type(prompt)
    await page.keyboard.press('Control+Enter')
    await expect(recent(page).getByRole('button')).toHaveCount(index + 1, drawn)
  }
  await shoot(page, 'create')

  await page.keyboard.press('Control+3')
  await expect(tiles(page).first()).toBeVisible()
  await expect(page.locator('[role=listbox]')).toBeFocused()
  await page.keyboard.press('Home')
  await page.keyboard.press('.')
  await expect(page.getByRole('option', { selected: true })).toHaveCount(1)
  await page.keyboard.press('Shift+ArrowRight')
  await expect(page.getByRole('option', { selected: true })).toHaveCount(2)
  await page.keyboard.press('c')
  await expect(page.getByRole('dialog')).toBeVisible()
  await shoot(page, 'compare')
  // Both are looked at more closely at the same place.
  await page.keyboard.press('+')
  const shown = page.locator('.compare-sides img')
  const transforms = await shown.evaluateAll((all) => all.map((one) => getComputedStyle(one).transform))
  expect(transforms).toEqual(['matrix(1.25, 0, 0, 1.25, 0, 0)', 'matrix(1.25, 0, 0, 1.25, 0, 0)'])
  await page.keyboard.press('Escape')
  await page.keyboard.press('Home')
  await shoot(page, 'gallery')
  await page.keyboard.press('Enter')
  await expect(page.locator('.viewer')).toBeVisible()
  await page.keyboard.press('z')
  await page.keyboard.press('Escape')
  await expect(page.locator('.viewer')).toBeHidden()
  await page.keyboard.press('r')
  await expect(page.locator('#prompt')).toHaveValue(prompts.at(-1) ?? '')

  await page.keyboard.press('Control+2')
  await expect(page.locator('.edit-start')).toBeVisible()
  await page.keyboard.press('Control+1')
  await tabTo(page, '.picture-actions button:has(.lucide-brush)')
  await page.keyboard.press('Enter')
  await expect(page.locator('.stage-picture')).toBeVisible()
  await shoot(page, 'edit')
  for (const [key, name] of [
    ['4', 'models'],
    ['5', 'privacy'],
    ['6', 'insights'],
    ['7', 'settings'],
  ] as const) {
    await page.keyboard.press(`Control+${key}`)
    await expect(page.locator(`.rail-item[href="#/${name}"]`)).toHaveAttribute('aria-current', 'page')
    await shoot(page, name)
    const controls = 'main :is(button, input, select, a):not(:disabled)'
    if ((await page.locator(controls).count()) > 0) await tabTo(page, controls)
  }

  // A shortcut is changed and works.
  await tabTo(page, '.shortcut-keys[aria-label*="Star"]')
  await page.keyboard.press('Enter')
  await page.keyboard.press('f')
  await expect(page.locator('.shortcut-keys[aria-label*="Star"]')).toHaveText('F')

  await page.keyboard.press('F1')
  const help = page.getByRole('dialog', { name: 'Help' })
  await expect(help).toBeVisible()
  await shoot(page, 'help')
  await page.keyboard.type('incognito')
  await expect(help.getByRole('status').first()).toContainText('found')
  // The first Esc empties the search, the second closes.
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await expect(help).toBeHidden()

  await page.keyboard.press('Control+3')
  await expect(page.locator('[role=listbox]')).toBeFocused()
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Delete')
  await expect(tiles(page)).toHaveCount(0)
})
