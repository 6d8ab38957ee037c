import { type Locator, type Page, expect } from '@playwright/test'

/** What a person does, by the names that the screen shows. */
export const boat = 'a red boat on a calm sea at sunset'

/** How long a picture may take where another test, or another program, uses the processor as well. */
export const drawn = { timeout: 120_000 }

export const promptBox = (page: Page): Locator => page.getByRole('textbox', { name: 'Prompt', exact: true })
export const canvas = (page: Page): Locator => page.getByRole('region', { name: 'Canvas' })
export const recent = (page: Page): Locator => page.getByRole('region', { name: 'Recent pictures' })
export const generateButton = (page: Page): Locator =>
  page.getByRole('button', { name: 'Generate', exact: true })
export const tiles = (page: Page): Locator =>
  page.getByRole('listbox', { name: 'Pictures', exact: true }).getByRole('option')

export async function openScreen(page: Page, name: string): Promise<void> {
  const link = page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name, exact: true })
  await link.click()
  await expect(link).toHaveAttribute('aria-current', 'page')
}

/** Writes a prompt, generates, and waits until the picture stands in the middle and in the filmstrip. */
export async function make(page: Page, prompt: string): Promise<void> {
  const before = await recent(page).getByRole('button').count()
  await promptBox(page).fill(prompt)
  await generateButton(page).click()
  await expect(recent(page).getByRole('button')).toHaveCount(before + 1, drawn)
  await expect(canvas(page).getByRole('button', { name: /^Look closely: / })).toBeVisible()
}

export async function openAdvanced(page: Page): Promise<Locator> {
  const button = page.getByRole('button', { name: 'Advanced', exact: true })
  if ((await button.getAttribute('aria-expanded')) !== 'true') await button.click()
  return page.getByRole('complementary', { name: 'Advanced' })
}

/** A picture that really arrived: decoded by the browser, at this size. */
export async function expectDecoded(image: Locator, width?: number): Promise<void> {
  await expect(image).toBeVisible()
  await expect
    .poll(() => image.evaluate((element) => (element as HTMLImageElement).naturalWidth), { timeout: 10_000 })
    .toBeGreaterThan(0)
  if (width !== undefined)
    expect(await image.evaluate((element) => (element as HTMLImageElement).naturalWidth)).toBe(width)
}
