import { appendFileSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures.ts'
import { type OthersPicture, writeOthersPictures } from '../others-pictures.ts'
import { writeDisc } from '../pictures.ts'
import { openAdvanced, openScreen, promptBox, tiles } from '../steps.ts'

/** In the browser the folder is typed; Electron has a dialog of the system's. */
async function openImport(page: Page, folder: string) {
  await openScreen(page, 'Gallery')
  await page.getByRole('button', { name: 'Bring in pictures' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Bring in pictures' })
  await dialog.getByRole('textbox').fill(folder)
  return { dialog, start: () => dialog.getByRole('button', { name: 'Bring in', exact: true }).click() }
}

test('pictures of other programs come in as history: found by their words, and their settings used again', async ({
  studio,
}) => {
  const { page, home } = studio
  const folder = path.join(home.home, 'Pictures')
  const others = await writeOthersPictures(folder)
  mkdirSync(path.join(folder, 'older'))
  copyFileSync(path.join(folder, 'ComfyUI.png'), path.join(folder, 'older', 'the same again.png'))
  writeFileSync(path.join(folder, 'no picture.png'), 'these are words')

  const { dialog, start } = await openImport(page, folder)
  await start()
  await expect(dialog).toContainText(`${others.length} pictures brought in`)
  await expect(dialog).toContainText('1 was here already')
  await expect(dialog).toContainText('1 could not be read: no picture.png')
  // Known by content, whatever became of names and dates.
  await start()
  await expect(dialog).toContainText(`${others.length + 1} were here already`)
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(tiles(page)).toHaveCount(others.length)

  const search = page
    .getByRole('searchbox')
    .or(page.getByRole('combobox', { name: 'Search' }))
    .first()
  for (const { prompt, seed, program } of others) {
    await search.fill(`"${prompt}"`)
    await expect(tiles(page)).toHaveCount(1)
    await expect(tiles(page)).toHaveAccessibleName(new RegExp(prompt))
    await tiles(page).first().click()
    const details = page.getByRole('complementary').last()
    await expect(details).toContainText(prompt)
    await expect(details).toContainText(seed)
    await expect(details).toContainText(program)
  }
  const { prompt, seed } = others[0] as OthersPicture
  await search.fill(`seed:${seed}`)
  // Not the one tile of the search before: it would be clicked and go.
  await expect(tiles(page)).toHaveCount(1)
  await expect(tiles(page)).toHaveAccessibleName(new RegExp(prompt))
  await tiles(page).first().click()
  await page
    .getByRole('group', { name: 'Use again in Create' })
    .getByRole('button', { name: 'Everything', exact: true })
    .click()
  await openScreen(page, 'Create')
  await expect(promptBox(page)).toHaveValue(prompt)
  const drawer = await openAdvanced(page)
  await expect(drawer.getByRole('textbox', { name: 'Seed' })).toHaveValue(seed)
})

test('a run that is stopped leaves whole pictures, and goes on where it was', async ({ studio }) => {
  const { page, home } = studio
  const folder = path.join(home.home, 'many')
  mkdirSync(folder)
  const many = 300
  await writeDisc(path.join(folder, '0.png'), 96, 64)
  // What follows the end of a PNG is no part of it, and makes each a file of its own.
  for (let index = 1; index < many; index++) {
    const file = path.join(folder, `${index}.png`)
    copyFileSync(path.join(folder, '0.png'), file)
    appendFileSync(file, String(index))
  }
  const { dialog, start } = await openImport(page, folder)
  await start()
  await expect(dialog.getByRole('progressbar')).toBeVisible()
  await expect(dialog).toContainText(new RegExp(`[1-9]\\d* of ${many}`))
  await dialog.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(dialog).toContainText('Stopped after')
  await start()
  await expect(dialog).toContainText(/were here already/, { timeout: 60_000 })
  const said = (await dialog.textContent()) ?? ''
  const came = Number(/(\d+) pictures? brought in/.exec(said)?.[1])
  const known = Number(/(\d+) (?:was|were) here already/.exec(said)?.[1])
  expect([came > 0, known > 0, came + known]).toEqual([true, true, many])
})

test('what is shared becomes a gallery of plain files that opens without Sanggar', async ({
  studio,
  browser,
}) => {
  const { page, home } = studio
  const folder = path.join(home.home, 'Pictures')
  const [first] = await writeOthersPictures(folder)
  const { dialog, start } = await openImport(page, folder)
  await start()
  await expect(dialog).toContainText('pictures brought in')
  await page.keyboard.press('Escape')
  for (const which of [0, 1]) {
    await tiles(page).nth(which).click()
    await page.getByRole('switch', { name: 'Put into the public gallery' }).click()
  }
  await page
    .getByRole('button', { name: 'Shared', exact: true })
    .or(page.getByRole('radio', { name: 'Shared' }))
    .first()
    .click()
  await expect(tiles(page)).toHaveCount(2)
  await page.getByRole('button', { name: 'Make a gallery' }).click()
  const publishing = page.getByRole('dialog', { name: 'Make a gallery' })
  const target = path.join(home.home, 'public')
  await publishing.getByLabel('Path of the folder').fill(target)
  await publishing.getByLabel('Heading').fill('Harbours & <boats>')
  await publishing.getByRole('button', { name: 'Make gallery' }).click()
  await expect(page.getByText(/2 files written/)).toBeVisible()

  const context = await browser.newContext({ javaScriptEnabled: false })
  const visitor = await context.newPage()
  const asked: string[] = []
  visitor.on('request', (request) => asked.push(request.url()))
  await visitor.goto(pathToFileURL(path.join(target, 'index.html')).href)
  await expect(visitor.getByRole('heading', { level: 1 })).toHaveText('Harbours & <boats>')
  await expect(visitor.locator('figure img')).toHaveCount(2)
  expect(asked.filter((url) => !url.startsWith(pathToFileURL(target).href))).toEqual([])
  expect((await visitor.content()).includes(first?.prompt ?? '?')).toBe(false)
  await context.close()
})
