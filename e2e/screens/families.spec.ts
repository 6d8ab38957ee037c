import { cpSync } from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures.ts'
import { writeDisc } from '../pictures.ts'
import { root } from '../sanggar-process.ts'
import { canvas, expectDecoded, make, openAdvanced, openScreen } from '../steps.ts'

const pipelines = path.join(root, 'reference', 'data', 'pipelines')

/** Adds a tiny model of the reference under a name of its own, and chooses it in Create. */
async function choose(page: Page, home: string, name: string, layout: 'onnx' | 'diffusers'): Promise<void> {
  const place = path.join(home, name)
  cpSync(path.join(pipelines, name, layout), place, { recursive: true })
  await openScreen(page, 'Models')
  await page.getByRole('button', { name: 'Add a model' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Add a model' })
  await dialog.getByRole('textbox', { name: 'Path of the folder or file' }).fill(place)
  await dialog.getByRole('button', { name: 'Look at it' }).click()
  await dialog.getByRole('button', { name: 'Add to the studio' }).click()
  await expect(dialog).toBeHidden()
  await openScreen(page, 'Create')
  await page.getByRole('button', { name: /^Model: / }).click()
  await page.getByRole('radio', { name: new RegExp(`^${name}`) }).check()
  await page.keyboard.press('Escape')
}

test('an SDXL model: its own fields, and a picture made with them', async ({ studio }) => {
  const { page, home } = studio
  await choose(page, home.home, 'sdxl-tiny', 'onnx')
  const drawer = await openAdvanced(page)
  await drawer.getByRole('slider', { name: 'Steps' }).fill('3')
  await drawer.getByRole('combobox', { name: 'Sampler' }).selectOption('DPM++ 2M Karras')
  await drawer.getByText('More for this model').click()
  await drawer.getByRole('slider', { name: 'Guidance rescale' }).fill('0.7')
  await drawer.getByRole('slider', { name: 'Layers of the text left out' }).fill('1')
  const sizes = drawer.getByRole('group', { name: 'Sizes it was taught with' })
  await sizes.getByRole('spinbutton', { name: 'Original width' }).fill('1024')
  await sizes.getByRole('spinbutton', { name: 'Original width' }).press('Enter')
  // What SDXL has no use for is not there.
  await expect(drawer.getByRole('slider', { name: 'True guidance' })).toHaveCount(0)
  await drawer.getByText('A prompt for each text encoder').click()
  await drawer.getByRole('textbox', { name: 'Second prompt' }).fill('oil paint')
  await drawer.getByRole('textbox', { name: 'Negative prompt', exact: true }).fill('blurry')
  await make(page, 'a red boat')
  await expectDecoded(canvas(page).getByRole('img'), 32)
})

test('a ControlNet: the picture that it follows, how closely, and a picture that came of it', async ({
  studio,
}) => {
  const { page, home } = studio
  await choose(page, home.home, 'controlnet-sd15-tiny', 'onnx')
  const drawer = await openAdvanced(page)
  await drawer.getByRole('slider', { name: 'Steps' }).fill('3')
  await make(page, 'a red boat')
  const alone = await canvas(page).getByRole('img').getAttribute('src')

  const lines = path.join(home.home, 'lines.png')
  await writeDisc(lines, 64)
  const choosing = page.waitForEvent('filechooser')
  await drawer.getByRole('button', { name: 'Add a picture' }).click()
  await (await choosing).setFiles(lines)
  const control = drawer.getByRole('group', { name: 'Picture to follow 1' })
  await expectDecoded(control.getByRole('img'))
  await expect(control.getByRole('combobox', { name: 'ControlNet' })).toHaveValue('')
  await control.getByRole('combobox', { name: 'Use' }).selectOption('the picture as it is')
  await control.getByRole('slider', { name: 'How closely' }).fill('1.5')
  await control.getByRole('slider', { name: 'Until' }).fill('0.8')
  await drawer.getByRole('switch', { name: 'Guess mode' }).check()
  await make(page, 'a red boat')
  await expectDecoded(canvas(page).getByRole('img'), 64)
  expect(await canvas(page).getByRole('img').getAttribute('src')).not.toBe(alone)
})

test('a checkpoint in two precisions: what each took stands on its card and beside the choice', async ({
  studio,
}) => {
  const { page, home } = studio
  await choose(page, home.home, 'sd15-tiny', 'diffusers')
  const drawer = await openAdvanced(page)
  await drawer.getByRole('slider', { name: 'Steps' }).fill('2')
  for (const precision of ['Exact', 'Fast']) {
    await openScreen(page, 'Settings')
    const choice = page.getByRole('group', { name: 'Precision of other models' })
    await choice.getByRole('radio', { name: new RegExp(`^${precision}`) }).check()
    await openScreen(page, 'Create')
    await make(page, `a red boat, ${precision}`)
  }
  await openScreen(page, 'Models')
  const card = page.getByRole('article').filter({ hasText: 'sd15-tiny' })
  await expect(card.getByText('By precision')).toBeVisible()
  await expect(card.getByText(/^Exact .+ Fast .+$/)).toBeVisible()
  await openScreen(page, 'Settings')
  await expect(page.getByText(/Here, sd15-tiny: .+ per picture\./)).toHaveCount(2)
})

test('a folder of several models: each is named, one is looked at, all are listed where they lie', async ({
  studio,
}) => {
  const { page, home } = studio
  const folder = path.join(home.home, 'loras')
  const adapters = path.join(root, 'reference', 'data', 'checkpoints', 'lora')
  for (const name of ['sd15-kohya', 'sdxl-kohya'])
    cpSync(path.join(adapters, `${name}.safetensors`), path.join(folder, 'styles', `${name}.safetensors`))
  await openScreen(page, 'Models')
  await page.getByRole('button', { name: 'Add a model' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Add a model' })
  const place = dialog.getByRole('textbox', { name: 'Path of the folder or file' })
  await place.fill(folder)
  await dialog.getByRole('button', { name: 'Look at it' }).click()
  const inside = dialog.getByRole('region', { name: '2 models' })
  await inside.getByRole('button', { name: 'styles/sdxl-kohya.safetensors' }).click()
  await expect(dialog.getByRole('region', { name: 'Passport' })).toContainText('LoRA')
  await place.fill(folder)
  await dialog.getByRole('button', { name: 'Look at it' }).click()
  await dialog.getByRole('button', { name: 'List all of them' }).click()
  await expect(dialog).toBeHidden()
  for (const name of ['sd15-kohya', 'sdxl-kohya'])
    await expect(page.getByRole('listitem').filter({ hasText: name }).first()).toBeVisible()
  await expect(page.getByRole('region', { name: 'Folders of models' })).toContainText('2 models')
})
