import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '../fixtures.ts'
import { boat, canvas, generateButton, make, openScreen, promptBox, tiles } from '../steps.ts'

test('the policy is there at the first start, once, and in the way of nothing', async ({ studio }) => {
  const { page } = studio
  const notice = page.getByRole('region', { name: 'Notice of the privacy policy' })
  await expect(notice).toBeVisible()
  await promptBox(page).fill('typing goes on')
  await notice.getByRole('button', { name: 'Read it' }).click()
  await expect(page.getByRole('dialog')).toContainText('What we collect')
  await page.keyboard.press('Escape')
  await expect(notice).toBeHidden()
  await studio.restart()
  await expect(promptBox(studio.page)).toBeVisible()
  await expect(studio.page.getByRole('region', { name: 'Notice of the privacy policy' })).toBeHidden()
})

test('the person’s own rules ask before and blur after, and a covered picture is shown when asked for', async ({
  studio,
}) => {
  const { page } = studio
  await openScreen(page, 'Privacy')
  const panel = page.getByRole('region', { name: 'Content check' })
  await expect(panel.getByRole('status')).toHaveText('Off: nothing is checked.')
  await panel.getByRole('switch', { name: 'Look for words in prompts' }).click()
  await expect(panel.getByRole('status')).toHaveText('On for prompts.')
  await panel.getByRole('button', { name: 'Edit the word rules' }).click()
  await page.getByRole('textbox', { name: 'Rules' }).fill('blur: boat\nask: sunset\nwhat is this')
  await expect(page.getByRole('dialog')).toContainText('Line 3 is no rule')
  await page.getByRole('button', { name: 'Save rules' }).click()

  await openScreen(page, 'Create')
  await promptBox(page).fill(boat)
  await generateButton(page).click()
  const question = page.getByRole('dialog', { name: 'Make this picture?' })
  await expect(question).toContainText('sunset')
  await question.getByRole('button', { name: 'Make it' }).click()
  const notice = canvas(page).getByRole('group', { name: 'Blurred' })
  await expect(notice).toContainText('a word in its prompt', { timeout: 40_000 })
  const address = () => canvas(page).locator('img.canvas-picture').first().getAttribute('src')
  expect(await address()).not.toContain('shown=1')
  await notice.getByRole('button', { name: 'Show for now' }).click()
  await expect(notice).toBeHidden()
  await expect.poll(address).toContain('shown=1')
})

test('two covered pictures are compared by what they are, and shown only when asked for', async ({
  studio,
}) => {
  const { page } = studio
  await make(page, boat)
  await make(page, 'a green hill at noon')
  await openScreen(page, 'Gallery')
  const grid = page.getByRole('listbox', { name: 'Pictures', exact: true })
  await tiles(page).first().click()
  await grid.press('Control+a')
  for (const which of [0, 1]) {
    await tiles(page).nth(which).click()
    await page.getByRole('button', { name: 'Blur this picture' }).click()
  }
  await grid.press('Control+a')
  await page.getByRole('button', { name: 'Compare', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('group', { name: 'Blurred' })).toHaveCount(1)
  await dialog.getByRole('radio', { name: 'Difference' }).check()
  // Of the covers, two washes of colour, this would say something else.
  await expect(dialog.getByText(/of the pixels differ/)).toBeVisible()
  await expect(dialog.getByRole('img')).toHaveCount(0)
  await dialog.getByRole('button', { name: 'Show for now' }).click()
  await dialog.getByRole('button', { name: 'Show for now' }).click()
  await expect(dialog.getByRole('group', { name: 'Blurred' })).toHaveCount(0)
  await expect(dialog.getByRole('img')).toBeVisible()
})

test('a passphrase is changed with the old one, not without it', async ({ studio }) => {
  const { page } = studio
  await openScreen(page, 'Privacy')
  const dialog = page.getByRole('dialog')
  const fill = async (fields: Record<string, string>) => {
    for (const [label, value] of Object.entries(fields))
      await dialog.getByLabel(label, { exact: true }).fill(value)
  }
  await page.getByRole('button', { name: 'Set a passphrase' }).click()
  await fill({ 'New passphrase': 'kapal merah', 'The same once more': 'kapal biru' })
  await expect(dialog.getByRole('button', { name: 'Set a passphrase' })).toBeDisabled()
  await fill({ 'The same once more': 'kapal merah' })
  await dialog.getByRole('button', { name: 'Set a passphrase' }).click()
  await expect(dialog).toBeHidden({ timeout: 20_000 })
  await page.getByRole('button', { name: 'Change passphrase' }).click()
  await fill({ 'Current passphrase': 'wrong', 'New passphrase': 'perahu', 'The same once more': 'perahu' })
  await dialog.getByRole('button', { name: 'Change passphrase' }).click()
  await expect(page.getByText('That is not the passphrase.')).toBeVisible({ timeout: 20_000 })
  await fill({ 'Current passphrase': 'kapal merah' })
  await dialog.getByRole('button', { name: 'Change passphrase' }).click()
  await expect(dialog).toBeHidden({ timeout: 20_000 })
  await page.getByRole('button', { name: 'Lock now' }).click()
  await page.getByLabel('Passphrase').fill('perahu')
  await page.getByRole('button', { name: 'Unlock' }).click()
  await expect(page.getByRole('button', { name: 'Lock now' })).toBeVisible({ timeout: 20_000 })
})

test('passphrase, lock, backup: locked is locked, and the backup brings all of it back', async ({
  studio,
}) => {
  test.skip(test.info().project.name === 'electron', 'the folder is typed in the browser only')
  const { page, home } = studio
  await make(page, boat)
  await openScreen(page, 'Privacy')
  const dialog = page.getByRole('dialog')
  await page.getByRole('button', { name: 'Set a passphrase' }).click()
  await dialog.getByLabel('New passphrase').fill('kapal merah')
  await dialog.getByLabel('The same once more').fill('kapal merah')
  await dialog.getByRole('button', { name: 'Set a passphrase' }).click()
  await expect(dialog).toBeHidden({ timeout: 20_000 })
  expect(existsSync(path.join(home.data, 'vault.key'))).toBe(false)

  const outside = path.join(home.home, 'outside')
  mkdirSync(outside, { recursive: true })
  const file = path.join(outside, 'library.sanggarbackup')
  await page.getByRole('button', { name: 'Back up', exact: true }).click()
  await dialog.getByLabel('Path of the folder').fill(outside)
  await dialog.getByLabel('Name of the file').fill('library.sanggarbackup')
  await dialog.getByLabel('Passphrase of the backup').fill('cadangan')
  await dialog.getByLabel('The same once more').fill('cadangan')
  await dialog.getByRole('button', { name: 'Back up' }).click()
  await expect.poll(() => existsSync(file), { timeout: 30_000 }).toBe(true)
  expect(readFileSync(file).includes('red boat')).toBe(false)

  await page.getByRole('button', { name: 'Lock now' }).click()
  await expect(page.getByRole('heading', { name: 'The library is locked' })).toBeVisible()
  await expect(page.locator('img[src*="media/"]')).toHaveCount(0)
  const unlock = async (passphrase: string) => {
    await page.getByLabel('Passphrase').fill(passphrase)
    await page.getByRole('button', { name: 'Unlock' }).click()
  }
  await unlock('wrong')
  await expect(page.getByText('That is not the passphrase.')).toBeVisible({ timeout: 20_000 })
  await unlock('kapal merah')
  await expect(page.getByRole('button', { name: 'Lock now' })).toBeVisible({ timeout: 20_000 })

  await page.getByRole('button', { name: 'Delete everything', exact: true }).click()
  await dialog.getByRole('textbox').fill('delete everything')
  await dialog.getByRole('button', { name: 'Delete everything', exact: true }).click()
  await expect(page.getByText(/Everything was deleted on/)).toBeVisible()
  const saving = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save the receipt' }).click()
  const receipt = JSON.parse(readFileSync(await (await saving).path(), 'utf8')) as Record<string, unknown>
  expect(receipt).toMatchObject({ keyDestroyed: true, left: [], rows: { images: 1 } })

  await page.getByRole('button', { name: 'Restore', exact: true }).click()
  await dialog.getByLabel('Backup file').fill(file)
  await dialog.getByLabel('Passphrase of the backup').fill('cadangan')
  await dialog.getByRole('button', { name: 'Restore' }).click()
  await expect(page.getByRole('row', { name: /Pictures you make/ })).toContainText('1 item', {
    timeout: 30_000,
  })
})
