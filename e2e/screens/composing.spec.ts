import { expect, test } from '../fixtures.ts'
import { boat, canvas, drawn, generateButton, make, promptBox, recent } from '../steps.ts'

test('word lists and choices: kept, marked, settled per picture, shown side by side', async ({ studio }) => {
  const { page } = studio
  await page.getByRole('button', { name: 'More ways to generate' }).click()
  await page.getByRole('button', { name: 'Word lists' }).click()
  await page.locator('input[accept^=".txt"]').setInputFiles({
    name: 'Colour.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('# colours\nred\nblue\n'),
  })
  await expect(page.getByText('2 lines · red · blue')).toBeVisible()
  await page.getByRole('button', { name: 'Put __colour__ into the prompt' }).click()
  await expect(promptBox(page)).toHaveValue('__colour__')
  await promptBox(page).fill('a __colour__ boat, __nosuch__')
  await expect(page.getByText('There is no list named “nosuch”')).toBeVisible()
  await promptBox(page).fill('a __colour__ {boat|boat} at sunset')
  await page.getByRole('button', { name: 'One picture more' }).click()
  await generateButton(page).click()
  const grid = canvas(page).getByRole('region', { name: 'Series over Prompt' })
  await expect(grid.getByRole('listitem')).toHaveCount(2)
  await expect(grid.getByText(/^a (red|blue) boat at sunset$/)).toHaveCount(2)
  await expect(recent(page).getByRole('button')).toHaveCount(2, drawn)
  await expect(promptBox(page)).toHaveValue('a __colour__ {boat|boat} at sunset')
})

test('a series over steps: labelled, one seed, kept as one picture, and a variation of one of them', async ({
  studio,
}) => {
  const { page } = studio
  await promptBox(page).fill(boat)
  await page.getByRole('button', { name: 'Series', exact: true }).click()
  await page.getByRole('textbox', { name: 'Values' }).fill('two, 4')
  await expect(page.getByText('One of the values is no number.')).toBeVisible()
  await expect(generateButton(page)).toBeDisabled()
  await page.getByRole('textbox', { name: 'Values' }).fill('2, 4')
  await page.keyboard.press('Escape')
  await generateButton(page).click()
  await expect(recent(page).getByRole('button')).toHaveCount(2, drawn)
  const grid = canvas(page).getByRole('region', { name: 'Series over Steps' })
  await expect(grid.getByRole('listitem')).toHaveText([/Steps 2/, /Steps 4/])
  await grid.getByRole('button', { name: 'Save as one picture' }).click()
  await expect(page.getByText('The series is in the gallery as one picture.')).toBeVisible({
    timeout: 30_000,
  })
  await grid.getByRole('button', { name: 'Open Steps 2' }).click()
  const seed = await canvas(page)
    .getByText(/^Seed \d+$/)
    .textContent()
  await canvas(page).getByRole('button', { name: 'The whole series' }).click()
  await grid.getByRole('button', { name: 'Open Steps 4' }).click()
  await expect(canvas(page).getByText(seed ?? '', { exact: true })).toBeVisible()
  await canvas(page).getByRole('button', { name: 'Variations' }).click()
  await canvas(page).getByRole('button', { name: 'Vary a little' }).click()
  await expect(page.getByText('Four variations are in the queue.')).toBeVisible()
  // The first of the four is enough to see; the rest would only take time.
  await expect(recent(page).getByRole('button')).toHaveCount(3, drawn)
})

test('one’s own prompts are offered while one writes, until it is switched off', async ({ studio }) => {
  const { page } = studio
  await make(page, boat)
  await promptBox(page).fill('')
  await promptBox(page).pressSequentially('red bo')
  const offered = page.getByRole('listbox', { name: 'Prompts of yours' }).getByRole('option')
  await expect(offered).toHaveText([boat])
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Tab')
  await expect(promptBox(page)).toHaveValue(boat)
  await expect(offered).toHaveCount(0)
})

test('a style of one’s own: added, used, deleted and brought back', async ({ studio }) => {
  const { page } = studio
  await page.getByRole('button', { name: /^Style/ }).click()
  await page.getByRole('button', { name: 'New style' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Night')
  await page.getByRole('textbox', { name: 'What it adds to the prompt' }).fill('{prompt}, night')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Style: Night' })).toBeVisible()
  await make(page, 'a red boat')
  await expect(recent(page).getByRole('button', { name: 'Open a red boat, night' })).toBeVisible()
  await page.getByRole('button', { name: 'Style: Night' }).click()
  await page.getByRole('button', { name: 'Edit this style' }).click()
  await page.getByRole('button', { name: 'Delete this style' }).click()
  await expect(page.getByRole('button', { name: 'Style: No style' })).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('button', { name: 'Style: No style' }).click()
  await expect(page.getByRole('radio', { name: 'Night' })).toBeVisible()
})
