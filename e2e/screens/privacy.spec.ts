import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '../fixtures.ts'
import { filesBelow } from '../sanggar-process.ts'
import { boat, make, openScreen, recent, tiles } from '../steps.ts'

test('delete everything: typed confirmation, a receipt, and nothing left on disk', async ({ studio }) => {
  const { page, home } = studio
  await make(page, boat)
  await make(page, 'a green hill at noon')
  const before = filesBelow(home.data)
  expect(before.filter((name) => /key/i.test(name)).length).toBeGreaterThan(0)
  const keyBefore = before
    .filter((name) => /key/i.test(name))
    .map((name) => readFileSync(path.join(home.data, name)))

  await openScreen(page, 'Privacy')
  await page.getByRole('button', { name: 'Delete everything', exact: true }).click()
  const dialog = page.getByRole('dialog')
  const confirm = dialog.getByRole('button', { name: 'Delete everything', exact: true })
  await expect(confirm).toBeDisabled()
  await dialog.getByRole('textbox').fill('delete something')
  await expect(confirm).toBeDisabled()
  await dialog.getByRole('textbox').fill('delete everything')
  await confirm.click()
  await expect(page.getByText(/Everything was deleted on/)).toBeVisible()
  await expect(page.getByText(/destroyed first/)).toBeVisible()

  const after = filesBelow(home.data)
  const kept = before.filter((name) => after.includes(name) && !/key|library|\.lock|electron/i.test(name))
  expect(kept).toEqual([])
  for (const name of after.filter((file) => /key/i.test(file))) {
    const now = readFileSync(path.join(home.data, name))
    expect(keyBefore.some((old) => old.equals(now))).toBe(false)
  }
  await studio.restart()
  await expect(recent(studio.page).getByRole('button')).toHaveCount(0)
  await openScreen(studio.page, 'Gallery')
  await expect(tiles(studio.page)).toHaveCount(0)
})

test('the mirror says what is held, the seal says that nothing left', async ({ studio }) => {
  const { page } = studio
  await make(page, boat)
  await openScreen(page, 'Privacy')
  await expect(page.getByText(/requests have left this computer/)).toBeVisible()
  const row = (name: string) => page.getByRole('row', { name: new RegExp(name) })
  await expect(row('Pictures you make')).toContainText('1 item')
  for (const name of [
    'Account and contacts',
    'Payment details',
    'Cookies and trackers',
    'Shared with others',
  ]) {
    await expect(row(name)).toContainText('Nothing, by design')
  }
})

test('a page that wants to reach another address is stopped', async ({ studio }) => {
  test.skip(test.info().project.name === 'electron', 'the same guard is counted by the fixture there')
  const { page } = studio
  const reached = await page.evaluate(() =>
    fetch('https://example.org/').then(
      () => 'reached',
      () => 'stopped',
    ),
  )
  expect(reached).toBe('stopped')
  expect(existsSync(studio.home.data)).toBe(true)
})
