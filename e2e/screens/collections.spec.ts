import { expect, test } from '../fixtures.ts'
import { boat, make, openScreen, tiles } from '../steps.ts'

test('an album, a saved search, and what was put into them, over a restart', async ({ studio }) => {
  const { page } = studio
  await make(page, boat)
  await make(page, 'a green hill at noon')
  await openScreen(page, 'Gallery')
  await expect(tiles(page)).toHaveCount(2)
  const places = page.getByRole('navigation', { name: 'Albums and searches' })
  await places.getByRole('button', { name: 'New album' }).click()
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Postcards')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Nothing here yet')).toBeVisible()

  await places.getByRole('button', { name: 'All', exact: true }).click()
  await tiles(page).last().click()
  await page.getByRole('button', { name: 'Add to an album' }).click()
  await page.getByRole('button', { name: 'Postcards', exact: true }).click()
  await expect(page.getByText('Added 1 picture to “Postcards”.')).toBeVisible()
  await places.getByRole('button', { name: 'Postcards 1' }).click()
  await expect(tiles(page)).toHaveCount(1)
  await expect(tiles(page).first()).toHaveAccessibleName(/red boat/)

  await places.getByRole('button', { name: 'All', exact: true }).click()
  await page.getByRole('searchbox', { name: 'Search pictures' }).fill('hill')
  await expect(tiles(page)).toHaveCount(1)
  await page.getByRole('button', { name: 'Keep this search' }).click()
  await page.keyboard.press('Enter')
  await expect(places.getByRole('button', { name: 'hill 1' })).toBeVisible()

  await studio.restart()
  await openScreen(studio.page, 'Gallery')
  const again = studio.page.getByRole('navigation', { name: 'Albums and searches' })
  await again.getByRole('button', { name: 'hill 1' }).click()
  await expect(tiles(studio.page).first()).toHaveAccessibleName(/green hill/)
})

test('made again it is the same, and all that a search finds goes after its number was typed', async ({
  studio,
}) => {
  const { page } = studio
  await make(page, boat)
  await make(page, 'a green hill at noon')
  await openScreen(page, 'Gallery')
  await tiles(page).last().click()
  await page.getByRole('button', { name: 'Make it again' }).click()
  const verdict = page.getByRole('dialog', { name: 'Made again' })
  await expect(verdict.getByText('The same to the pixel.', { exact: false })).toBeVisible({ timeout: 60_000 })
  await page.keyboard.press('Escape')
  await expect(tiles(page)).toHaveCount(2)

  await tiles(page).first().click()
  await tiles(page)
    .last()
    .click({ modifiers: ['Control'] })
  const grid = page.getByRole('listbox', { name: 'Pictures', exact: true })
  await grid.press('c')
  const comparison = page.getByRole('dialog', { name: 'Comparison' })
  await comparison.getByRole('radio', { name: 'Difference' }).check()
  await expect(comparison.locator('p[role=status]')).toContainText('of the pixels differ')
  await page.keyboard.press('+')
  await expect(comparison.getByRole('status', { name: 'Zoom' })).toHaveText('125%')
  await page.keyboard.press('Escape')
  await grid.press('Escape')

  await page.getByRole('searchbox', { name: 'Search pictures' }).fill('hill')
  await expect(tiles(page)).toHaveCount(1)
  await page.getByRole('button', { name: 'Erase all that match' }).click()
  const dialog = page.getByRole('dialog', { name: 'Erase all that match' })
  await expect(dialog.getByRole('button', { name: 'Erase 1 picture' })).toBeDisabled()
  await dialog.getByRole('textbox', { name: 'Type 1 to erase them' }).fill('1')
  await dialog.getByRole('button', { name: 'Erase 1 picture' }).click()
  await expect(page.getByText('Nothing matches')).toBeVisible()
  await page.getByRole('searchbox', { name: 'Search pictures' }).fill('')
  await expect(tiles(page)).toHaveCount(1)
})
