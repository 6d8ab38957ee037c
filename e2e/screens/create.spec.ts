import { mkdirSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { expect, test } from '../fixtures.ts'
import { writeDisc } from '../pictures.ts'
import {
  boat,
  canvas,
  drawn,
  expectDecoded,
  generateButton,
  make,
  openAdvanced,
  promptBox,
  recent,
} from '../steps.ts'

test('first start: examples to begin with, an honest line, and a draft that survives', async ({ studio }) => {
  const { page } = studio
  await expect(page.getByRole('heading', { name: 'What would you like to see?' })).toBeVisible()
  await expect(page.getByText('What this model can and cannot do')).toBeVisible()
  await expect(generateButton(page)).toBeDisabled()
  const example = page.getByRole('list', { name: 'Examples to begin with' }).getByRole('button').first()
  const text = (await example.textContent()) ?? ''
  await example.click()
  await expect(promptBox(page)).toHaveValue(text)
  await expect(generateButton(page)).toBeEnabled()
  await promptBox(page).fill('a half-written thought')
  await page.waitForTimeout(1000)
  await studio.restart()
  await expect(promptBox(studio.page)).toHaveValue('a half-written thought')
})

test('generate: preview on the way, the picture in its place, both pictures after a restart', async ({
  studio,
}) => {
  const { page } = studio
  let previews = 0
  page.on('response', (response) => {
    if (response.url().includes('/media/preview/') && response.ok()) previews += 1
  })
  await make(page, boat)
  await expectDecoded(canvas(page).getByRole('img'), 512)
  await expect(canvas(page).getByText('512 × 512')).toBeVisible()
  expect(previews).toBeGreaterThan(0)
  await make(page, 'a green hill at noon')
  await studio.restart()
  await expect(recent(studio.page).getByRole('button')).toHaveCount(2)
  await expectDecoded(recent(studio.page).getByRole('button').first().locator('img'))
})

test('words that the model does not know are named before anything is made', async ({ studio }) => {
  const { page } = studio
  await promptBox(page).fill('a red boat beside a xylograph')
  await expect(page.getByText('This model does not know “xylograph”')).toBeVisible()
})

test('cancel: what runs stops, what is finished stays', async ({ studio }) => {
  const { page } = studio
  await promptBox(page).fill(boat)
  const drawer = await openAdvanced(page)
  const steps = drawer.getByRole('slider', { name: 'Steps' })
  await steps.focus()
  await steps.press('End')
  const more = page.getByRole('button', { name: 'One picture more' })
  for (let count = 1; count < 4; count += 1) await more.click()
  await generateButton(page).click()
  await expect(recent(page).getByRole('button')).not.toHaveCount(0, drawn)
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toBeHidden({ timeout: 10_000 })
  const left = await recent(page).getByRole('button').count()
  expect(left).toBeLessThan(4)
  await page.waitForTimeout(2000)
  await expect(recent(page).getByRole('button')).toHaveCount(left)
  const less = page.getByRole('button', { name: 'One picture less' })
  for (let count = 4; count > 1; count -= 1) await less.click()
  await make(page, 'a green hill at noon')
})

test('from the keyboard alone: write, generate, see', async ({ studio }) => {
  const { page } = studio
  await promptBox(page).focus()
  await page.keyboard.type(boat)
  await expect(generateButton(page)).toBeEnabled()
  await page.keyboard.press('Control+Enter')
  await expect(recent(page).getByRole('button')).toHaveCount(1, drawn)
  await page.keyboard.press('Control+3')
  await expect(page.getByRole('listbox', { name: 'Pictures', exact: true })).toBeVisible()
})

test('the same seed makes the same picture', async ({ studio }) => {
  const { page } = studio
  const drawer = await openAdvanced(page)
  await drawer.getByRole('textbox', { name: 'Seed' }).fill('4711')
  await make(page, boat)
  await make(page, boat)
  const [first, second] = await Promise.all(
    [0, 1].map(async (index) => {
      const source = await recent(page).getByRole('button').nth(index).locator('img').getAttribute('src')
      return page.evaluate(
        async (url) => {
          const bytes = await (await fetch(url)).arrayBuffer()
          const digest = await crypto.subtle.digest('SHA-256', bytes)
          return Array.from(new Uint8Array(digest)).join(',')
        },
        (source ?? '').split('?')[0] ?? '',
      )
    }),
  )
  expect(first).toBe(second)
})

test('image-to-image: a picture from disk is brought in, changed, and both are related', async ({
  studio,
}) => {
  const { page, home } = studio
  mkdirSync(home.home, { recursive: true })
  const file = path.join(home.home, 'disc.png')
  await writeDisc(file)
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: /^Start from a picture/ }).click()
  await (await chooser).setFiles(file)
  const chip = page.getByRole('button', { name: 'Start from a picture', exact: true })
  await expect(chip).toBeVisible()
  await make(page, boat)
  await expectDecoded(canvas(page).getByRole('img'), 512)
})

test('a picture that says how it was made offers its settings', async ({ studio }) => {
  const { page, home } = studio
  mkdirSync(home.home, { recursive: true })
  const file = path.join(home.home, 'told.jpg')
  const words = 'a green cat in the snow\nSteps: 6, Sampler: Euler, CFG scale: 3, Seed: 4711, Size: 256x256'
  await sharp({ create: { width: 64, height: 64, channels: 3, background: '#385' } })
    .withExif({ IFD2: { UserComment: words } })
    .jpeg()
    .toFile(file)
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: /^Start from a picture/ }).click()
  await (await chooser).setFiles(file)
  await page.getByRole('button', { name: 'Use its settings instead' }).click()
  await expect(promptBox(page)).toHaveValue('a green cat in the snow')
  await expect((await openAdvanced(page)).getByRole('slider', { name: 'Steps' })).toHaveValue('6')
})

test('a file that is no picture is refused in words', async ({ studio }) => {
  const { page } = studio
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: /^Start from a picture/ }).click()
  await (
    await chooser
  ).setFiles({ name: 'note.png', mimeType: 'image/png', buffer: Buffer.from('no picture '.repeat(50)) })
  await expect(page.getByText('could not be read as a picture')).toBeVisible()
})
