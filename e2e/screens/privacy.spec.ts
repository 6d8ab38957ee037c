import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '../fixtures.ts'
import { filesBelow } from '../sanggar-process.ts'
import { boat, make, openScreen, recent, tiles } from '../steps.ts'

/** Every file of the data directory with what is in it. */
function contents(folder: string): Map<string, Buffer> {
  return new Map(filesBelow(folder).map((name) => [name, readFileSync(path.join(folder, name))]))
}

test('delete everything: typed confirmation, a receipt, and nothing left on disk', async ({ studio }) => {
  const { page, home } = studio
  await make(page, boat)
  await make(page, 'a green hill at noon')
  const before = contents(home.data)
  expect(before.size).toBeGreaterThan(6)

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

  // The lock alone is as it was: what has the same name holds something else (a new, empty library).
  const after = contents(home.data)
  const same = [...after].filter(
    ([name, bytes]) => bytes.length > 0 && before.get(name)?.equals(bytes) === true,
  )
  expect(same.map(([name]) => name).filter((name) => !/^(electron|library\.lock)/.test(name))).toEqual([])
  expect([...after.keys()].filter((name) => name.startsWith('items'))).toEqual([])
  const oldKey = before.get('vault.key')
  if (oldKey !== undefined) {
    for (const [name, bytes] of after)
      expect(bytes.includes(oldKey), `${name} still holds the key`).toBe(false)
  }
  await studio.restart()
  await expect(recent(studio.page).getByRole('button')).toHaveCount(0)
  await openScreen(studio.page, 'Gallery')
  await expect(tiles(studio.page)).toHaveCount(0)
})

test('the mirror says what is held and gives and deletes it, the seal says that nothing left', async ({
  studio,
}) => {
  const { page, home } = studio
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
  // Each row that holds something can be seen, taken along and deleted by itself; Electron's dialog is the system's.
  if (test.info().project.name === 'electron') return
  const rows = page.getByRole('row').filter({ has: page.getByRole('button', { name: /^View: / }) })
  const names = (await rows.getByRole('rowheader').allTextContents()).map((name) => name.trim())
  expect(names).toEqual(expect.arrayContaining(['Prompts', 'Pictures you make', 'Timings and errors']))
  const dialog = page.getByRole('dialog')
  const folder = path.join(home.home, 'mine')
  for (const [index, name] of names.entries()) {
    await page.getByRole('button', { name: `View: ${name}`, exact: true }).click()
    await expect(dialog.getByRole('listitem').first()).toBeVisible()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: `Export: ${name}`, exact: true }).click()
    await dialog.getByLabel('Path of the folder').fill(folder)
    await dialog.getByRole('button', { name: 'Export', exact: true }).click()
    await expect.poll(() => filesBelow(folder).length).toBe(index + 1)
  }
  // The pictures last: their prompts and times go with them.
  for (const name of [...names].sort(
    (one, other) => Number(one.startsWith('Pictures')) - Number(other.startsWith('Pictures')),
  )) {
    await page.getByRole('button', { name: `Delete: ${name}`, exact: true }).click()
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
    await expect(page.getByRole('status', { name: 'Receipt' })).toContainText(name)
    const own = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) })
    // The screen's own remembering begins anew at once: a draft, a setting, a line of the log.
    if (/^(Settings|Unfinished drafts|Log)/.test(name)) continue
    await expect(own).toContainText('Nothing yet')
  }
  await openScreen(page, 'Gallery')
  await expect(tiles(page)).toHaveCount(0)
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
  // Here the policy's complaint is the proof; in every other test it would be a failure.
  await expect.poll(() => studio.complaints.policy).toEqual([expect.stringContaining('example.org')])
  expect(studio.complaints.requests).toEqual([])
  studio.complaints.policy.length = 0
})
