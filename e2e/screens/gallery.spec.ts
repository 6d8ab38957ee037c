import { readFileSync } from 'node:fs'
import { expect, test } from '../fixtures.ts'
import { pixelsOf, textChunks } from '../pictures.ts'
import { boat, expectDecoded, make, openAdvanced, openScreen, promptBox, tiles } from '../steps.ts'

test('open, details, and settings taken over without touching what is being written', async ({ studio }) => {
  const { page } = studio
  const drawer = await openAdvanced(page)
  await drawer.getByRole('textbox', { name: 'Seed' }).fill('1234')
  await make(page, boat)
  await drawer.getByRole('textbox', { name: 'Seed' }).fill('99')
  await promptBox(page).fill('something else entirely')

  await openScreen(page, 'Gallery')
  await expect(tiles(page)).toHaveCount(1)
  await expectDecoded(tiles(page).first().locator('img'))
  await tiles(page).first().click()
  await expect(page.getByText('1234', { exact: true })).toBeVisible()
  await expect(page.getByText('Made here from words')).toBeVisible()
  await openScreen(page, 'Create')
  await expect(promptBox(page)).toHaveValue('something else entirely')

  await openScreen(page, 'Gallery')
  await tiles(page).first().click()
  const again = page.getByRole('group', { name: 'Use again in Create' })
  await again.getByRole('button', { name: 'Everything', exact: true }).click()
  await openScreen(page, 'Create')
  await expect(promptBox(page)).toHaveValue(boat)
  const reopened = await openAdvanced(page)
  await expect(reopened.getByRole('textbox', { name: 'Seed' })).toHaveValue('1234')
})

test('a large view opens and closes from the keyboard', async ({ studio }) => {
  const { page } = studio
  await make(page, boat)
  await openScreen(page, 'Gallery')
  await tiles(page).first().click()
  await page.getByRole('listbox', { name: 'Pictures', exact: true }).press('Enter')
  const viewer = page.getByRole('dialog')
  await expect(viewer).toBeVisible()
  await expectDecoded(viewer.getByRole('img').first(), 512)
  await page.keyboard.press('Escape')
  await expect(viewer).toBeHidden()
})

test('delete can be undone, and the trash can be emptied', async ({ studio }) => {
  const { page } = studio
  await make(page, boat)
  await openScreen(page, 'Gallery')
  await tiles(page).first().click()
  await page.getByRole('listbox', { name: 'Pictures', exact: true }).press('Delete')
  await expect(page.getByText('Moved 1 picture to the trash.')).toBeVisible()
  await expect(tiles(page)).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect(tiles(page)).toHaveCount(1)
  await tiles(page).first().click()
  await page.getByRole('listbox', { name: 'Pictures', exact: true }).press('Delete')
  await expect(tiles(page)).toHaveCount(0)
  await studio.restart()
  await openScreen(studio.page, 'Gallery')
  await expect(studio.page.getByText('No pictures yet')).toBeVisible()
})

test('export: clean by default, with the settings when asked, read back from disk', async ({ studio }) => {
  const { page } = studio
  test.skip(test.info().project.name === 'electron', 'Electron asks for a folder in a native dialog')
  await make(page, boat)
  await openScreen(page, 'Gallery')
  await tiles(page).first().click()

  const save = async (metadata?: string) => {
    await page.getByRole('button', { name: 'Export', exact: true }).first().click()
    const dialog = page.getByRole('dialog')
    if (metadata !== undefined) await dialog.getByRole('radio', { name: new RegExp(`^${metadata}`) }).check()
    const download = page.waitForEvent('download')
    await dialog.getByRole('button', { name: 'Save file' }).click()
    const saved = await download
    await expect(dialog).toBeHidden()
    return { name: saved.suggestedFilename(), file: await saved.path() }
  }
  const clean = await save()
  expect(clean.name).toMatch(/\.png$/)
  expect(textChunks(clean.file)).toEqual([])
  expect(readFileSync(clean.file).includes('boat')).toBe(false)
  const open = await save('Reproducible')
  expect(textChunks(open.file).join('\n')).toMatch(
    /parameters[^]*a red boat on a calm sea at sunset[^]*Seed: \d+/,
  )
  const [first, second] = await Promise.all([clean.file, open.file].map(pixelsOf))
  expect(first?.width).toBe(512)
  expect(second?.data.equals(first?.data ?? Buffer.alloc(0))).toBe(true)
})

test('search narrows to what was written', async ({ studio }) => {
  const { page } = studio
  await make(page, boat)
  await make(page, 'a green hill at noon')
  await openScreen(page, 'Gallery')
  await expect(tiles(page)).toHaveCount(2)
  const search = page
    .getByRole('combobox', { name: 'Search pictures' })
    .or(page.getByRole('searchbox', { name: 'Search pictures' }))
  await search.fill('hill')
  await expect(tiles(page)).toHaveCount(1)
  await search.fill('')
  await expect(tiles(page)).toHaveCount(2)
})
