import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures.ts'
import { writeDisc } from '../pictures.ts'
import { drawn, openScreen } from '../steps.ts'

async function bringIn(page: Page, folder: string) {
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, 'disc.png')
  await writeDisc(file, 320, 240)
  await openScreen(page, 'Edit')
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Choose a picture' }).click()
  await (await chooser).setFiles(file)
  await expect(page.getByRole('heading', { name: 'Quick actions' })).toBeVisible()
}

const tool = (page: Page, name: string) => page.getByRole('radio', { name, exact: true })
const undo = (page: Page) => page.getByRole('button', { name: 'Undo', exact: true })
const redo = (page: Page) => page.getByRole('button', { name: 'Redo', exact: true })
const describe = (page: Page) => page.getByRole('textbox', { name: 'Describe the result' })
const painted = (page: Page) =>
  page.locator('.mask-canvas').evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] }
    return data.some((value, index) => index % 4 === 3 && value > 0)
  })

test('paint, undo, redo, repaint only that part: the rest keeps its pixels', async ({ studio }) => {
  const { page, home } = studio
  await bringIn(page, home.home)
  await tool(page, 'Paint a part').check({ force: true })
  const box = await page.locator('.mask-canvas').boundingBox()
  if (box === null) throw new Error('nothing to paint on')
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.55, { steps: 5 })
  await page.mouse.up()
  expect(await painted(page)).toBe(true)
  await undo(page).click()
  expect(await painted(page)).toBe(false)
  await page.keyboard.press('Control+Shift+Z')
  expect(await painted(page)).toBe(true)
  // Who looks something up comes back to what was painted.
  await openScreen(page, 'Gallery')
  await openScreen(page, 'Edit')
  expect(await painted(page)).toBe(true)
  await describe(page).fill('a (red:1.2) boat')
  await expect(page.locator('.edit-prompt .segment.weight')).toHaveText('(red:1.2)')
  await page.keyboard.press('Control+Enter')
  await expect(page.locator('.compare')).toBeVisible(drawn)
  const same = await page.evaluate(async () => {
    const pixels = await Promise.all(
      [...document.querySelectorAll<HTMLImageElement>('.compare img')].map(async (image) => {
        await image.decode()
        const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight)
        const context = canvas.getContext('2d')
        context?.drawImage(image, 0, 0)
        return [image.naturalWidth, ...(context?.getImageData(4, 4, 8, 8).data ?? [])]
      }),
    )
    return JSON.stringify(pixels[0]) === JSON.stringify(pixels[1])
  })
  expect(same).toBe(true)
  await undo(page).click()
  await expect(page.locator('.compare')).toBeHidden()
  await redo(page).click()
  await expect(page.locator('.compare')).toBeVisible()
})

/** What is painted, as shares of the picture: left, top, right, bottom. */
const paintedPart = (page: Page) =>
  page.locator('.mask-canvas').evaluate((canvas: HTMLCanvasElement) => {
    const { width, height } = canvas
    const { data } = canvas.getContext('2d')?.getImageData(0, 0, width, height) ?? { data: [] }
    const part = { left: 1, top: 1, right: 0, bottom: 0 }
    for (let at = 0; at < width * height; at++) {
      if ((data[at * 4 + 3] ?? 0) < 128) continue
      const [x, y] = [(at % width) / width, Math.floor(at / width) / height]
      part.left = Math.min(part.left, x)
      part.right = Math.max(part.right, x)
      part.top = Math.min(part.top, y)
      part.bottom = Math.max(part.bottom, y)
    }
    return part
  })

test('zoomed by the wheel and moved with the space bar, the brush paints where it points', async ({
  studio,
}) => {
  const { page, home } = studio
  await bringIn(page, home.home)
  await tool(page, 'Paint a part').check({ force: true })
  const scale = page.getByRole('status', { name: 'Zoom' })
  await expect(scale).toHaveText('100%')
  const stage = await page.locator('.stage').boundingBox()
  if (stage === null) throw new Error('no stage')
  const middle = { x: stage.x + stage.width / 2, y: stage.y + stage.height / 2 }
  await page.mouse.move(middle.x, middle.y)
  // exp(554.5 / 400) is 4
  await page.mouse.wheel(0, -554.5)
  await expect(scale).toHaveText('400%')
  await page.mouse.click(middle.x, middle.y)
  const small = await paintedPart(page)
  expect((small.left + small.right) / 2).toBeCloseTo(0.5, 1)
  expect((small.top + small.bottom) / 2).toBeCloseTo(0.5, 1)
  // A twelfth of the shorter side, however near it is looked at.
  expect(small.bottom - small.top).toBeCloseTo(1 / 12, 1)

  const wide = (await page.locator('.mask-canvas').boundingBox())?.width ?? 0
  await page.keyboard.down(' ')
  await page.mouse.down()
  await page.mouse.move(middle.x - wide / 8, middle.y, { steps: 5 })
  await page.mouse.up()
  await page.keyboard.up(' ')
  expect(await paintedPart(page)).toEqual(small)
  await page.mouse.click(middle.x, middle.y)
  expect((await paintedPart(page)).right).toBeCloseTo(small.right + 1 / 8, 1)
  await page.keyboard.press('Control+z')
  expect(await paintedPart(page)).toEqual(small)
  await page.keyboard.press('0')
  await expect(scale).toHaveText('100%')
})

test('extend: the picture grows to a shape, and the way back is one press', async ({ studio }) => {
  const { page, home } = studio
  await bringIn(page, home.home)
  const size = page.locator('.stage-bar').getByText(/^\d+ × \d+$/)
  const before = (await size.textContent()) ?? ''
  await tool(page, 'Extend').check({ force: true })
  await expect(page.getByRole('button', { name: 'Extend the picture' })).toBeDisabled()
  await page.getByRole('spinbutton', { name: 'Right' }).fill('64')
  await page.keyboard.press('Enter')
  const [width = 0, height = 0] = before.split(' × ').map(Number)
  await expect(page.getByText(`becomes ${width + 64} × ${height}`)).toBeVisible()
  await describe(page).fill('a red boat on a calm sea')
  await page.getByRole('button', { name: 'Extend the picture' }).click()
  await expect(size).toHaveText(`${width + 64} × ${height}`, drawn)
  await undo(page).click()
  await expect(size).toHaveText(before)
})

test('quick actions are data: a file of one’s own becomes a card, a broken one is named', async ({
  studio,
}) => {
  const { page, home } = studio
  const folder = path.join(home.data, 'actions')
  mkdirSync(folder, { recursive: true })
  const action = { label: 'Moonlit', does: 'restyle', needs: 'image-to-image', prompt: '{prompt}, night' }
  writeFileSync(
    path.join(folder, 'moonlit.json'),
    JSON.stringify({ id: 'moonlit', ...action, strength: 0.5 }),
  )
  writeFileSync(path.join(folder, 'broken.json'), '{')
  await bringIn(page, home.home)
  await expect(page.getByText('broken.json is no quick action: not JSON')).toBeVisible()
  await page.getByRole('button', { name: 'Moonlit' }).click()
  await expect(page.locator('.compare')).toBeVisible(drawn)
  await page.getByRole('button', { name: 'New quick action' }).click()
  await page.locator('input[accept^=".json"]').setInputFiles({
    name: 'sunny.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify({ id: 'sunny', ...action, label: 'Sunny' })),
  })
  await expect(page.getByRole('button', { name: 'Sunny' })).toBeEnabled()
})

test('before and after: the divider by keys, both zoomed by the wheel', async ({ studio }) => {
  const { page, home } = studio
  await bringIn(page, home.home)
  await page.getByRole('button', { name: 'Anime', exact: true }).click()
  const compare = page.locator('.compare')
  await expect(compare).toBeVisible(drawn)
  const divider = page.getByRole('slider', { name: 'Position of the divider' })
  await divider.focus()
  await divider.press('Home')
  await expect(divider).toHaveValue('0')
  await divider.press('+')
  await expect(compare).toHaveClass(/zoomed/)
  await compare.dblclick({ position: { x: 40, y: 200 } })
  await expect(compare).not.toHaveClass(/zoomed/)
})
