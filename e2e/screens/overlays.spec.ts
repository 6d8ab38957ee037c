import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures.ts'
import { boat, make } from '../steps.ts'

/**
 * Everything that opens over a screen, reached by what every language has: addresses, classes and icons. Each is
 * looked at as the screens are: axe, a name for every control, and no text cut off.
 */
const overlays: { name: string; place: string; open(page: Page): Promise<void>; opened: string }[] = [
  ...['palette', 'rows-3', 'square'].map((icon) => ({
    name: `${icon} below the prompt`,
    place: 'create',
    open: (page: Page) => page.locator(`.composer-chips button:has(.lucide-${icon})`).first().click(),
    opened: '.popover',
  })),
  {
    name: 'order and size',
    place: 'gallery',
    open: (page) => page.locator('.gallery-tools button:has(.lucide-sliders-horizontal)').click(),
    opened: '.popover',
  },
  {
    name: 'help of the search',
    place: 'gallery',
    open: (page) => page.getByRole('searchbox').click(),
    opened: '.search-help',
  },
  {
    name: 'bring in pictures',
    place: 'gallery',
    open: (page) => page.locator('.gallery-tools button:has(.lucide-folder-input)').click(),
    opened: 'dialog[open]',
  },
  {
    name: 'new album',
    place: 'gallery',
    async open(page) {
      // Folded away in a narrow window.
      const panel = page.locator('.gallery-panel')
      if (!(await panel.isVisible()))
        await page.locator('.gallery-bar button:has(.lucide-panel-left)').click()
      await panel.locator('button:has(.lucide-plus)').click()
    },
    opened: 'dialog[open]',
  },
  {
    name: 'keep this search',
    place: 'gallery',
    async open(page) {
      await page.getByRole('searchbox').fill('boat')
      await page.locator('.gallery-bar button:has(.lucide-bookmark-plus)').click()
    },
    opened: 'dialog[open]',
  },
  {
    name: 'export',
    place: 'gallery',
    async open(page) {
      await page.locator('#gallery-grid [role=option]').first().click()
      await page.locator('.gallery-details .lucide-download').click()
      await expect(page.locator('dialog[open] img')).toBeVisible()
    },
    opened: 'dialog[open]',
  },
  {
    name: 'add a model',
    place: 'models',
    open: (page) => page.locator('main button:has(.lucide-plus)').first().click(),
    opened: 'dialog[open]',
  },
  {
    name: 'erase times and errors',
    place: 'insights',
    open: (page) => page.locator('main button.danger, main button:has(.lucide-trash-2)').first().click(),
    opened: 'dialog[open]',
  },
  {
    name: 'help',
    place: 'settings',
    open: (page) => page.locator('.rail-help').click(),
    opened: 'dialog[open] article',
  },
]

async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
}

/** Controls that a screen reader would call by nothing, and texts that end outside their dialog without a sign. */
const findNameless = () => {
  const found: string[] = []
  const controls = 'button, a[href], input, select, textarea, [role=button], [role=option], [role=tab]'
  for (const control of document.querySelectorAll<HTMLElement>(controls)) {
    if (control.closest('[hidden], [aria-hidden=true]') || control.offsetParent === null) continue
    const labels = 'labels' in control ? [...((control.labels as NodeListOf<HTMLElement> | null) ?? [])] : []
    const named = (control.getAttribute('aria-labelledby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent ?? '')
    const name = [
      control.getAttribute('aria-label') ?? '',
      ...named,
      ...labels.map((label) => label.textContent ?? ''),
      control.textContent ?? '',
      control.title,
    ]
    if (name.every((part) => part.trim() === '')) found.push(`no name: ${control.outerHTML.slice(0, 120)}`)
  }
  for (const dialog of document.querySelectorAll('dialog[open], .popover')) {
    const edge = dialog.getBoundingClientRect()
    if (dialog.scrollWidth > dialog.clientWidth + 1) found.push(`wider than itself: ${dialog.className}`)
    if (edge.left < -1 || edge.right > window.innerWidth + 1)
      found.push(`off the window: ${dialog.className}`)
    for (const button of dialog.querySelectorAll<HTMLElement>('button')) {
      const box = button.getBoundingClientRect()
      if (box.width > 0 && (box.right > edge.right + 1 || box.left < edge.left - 1)) {
        found.push(`outside its dialog: ${button.textContent?.trim()}`)
      }
    }
  }
  return found
}

async function lookAtAll(page: Page): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {}
  for (const { name, place, open, opened } of overlays) {
    await page.goto(`${new URL(page.url()).origin}/#/create`)
    await page.locator(`.rail-item[href="#/${place}"]`).click()
    await page.waitForTimeout(300)
    await open(page)
    await expect(page.locator(opened).first()).toBeVisible()
    await page.waitForTimeout(250)
    const all = [...(await findings(page)), ...(await page.evaluate(findNameless))]
    if (all.length > 0) found[name] = all
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
  }
  return found
}

for (const { theme, language, size } of [
  { theme: 'light', language: 'id', size: { width: 900, height: 600 } },
  { theme: 'dark', language: 'en', size: { width: 1440, height: 900 } },
] as const) {
  test(`dialogs and menus: axe, names and room, ${theme}, ${language}, ${size.width} wide`, async ({
    studio,
  }) => {
    const { page } = studio
    await make(page, boat)
    await page.emulateMedia({ colorScheme: theme })
    await page.locator('.rail-item[href="#/settings"]').click()
    const other = page.getByRole('radio', { name: language === 'id' ? 'Bahasa Indonesia' : 'English' })
    await other.check({ force: true })
    await expect(page.locator('html')).toHaveAttribute('lang', language)
    await page.setViewportSize(size)
    expect(await lookAtAll(page)).toEqual({})
  })
}

test.describe('with texts that are 40 % longer', () => {
  test.use({ locale: 'en-XA' })
  test('no dialog or menu loses a control', async ({ studio }) => {
    const { page } = studio
    await page.setViewportSize({ width: 900, height: 600 })
    const cut: Record<string, string[]> = {}
    for (const { name, place, open, opened } of overlays) {
      // Without pictures there is nothing to export or to keep a search of.
      if (['export', 'keep this search', 'new album', 'erase times and errors'].includes(name)) continue
      await page.locator(`.rail-item[href="#/${place}"]`).click()
      await page.waitForTimeout(300)
      await open(page)
      await expect(page.locator(opened).first()).toBeVisible()
      const found = await page.evaluate(findNameless)
      if (found.length > 0) cut[name] = found
      await page.keyboard.press('Escape')
      await page.keyboard.press('Escape')
    }
    expect(cut).toEqual({})
  })
})
