import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures.ts'
import { drawn, generateButton, openAdvanced, promptBox, recent } from '../steps.ts'

const panel = (page: Page) => page.getByRole('region', { name: 'Queue', exact: true })
const next = (page: Page) => panel(page).getByRole('list', { name: 'Next' }).getByRole('listitem')
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

async function send(page: Page, prompt: string): Promise<void> {
  await promptBox(page).fill(prompt)
  await promptBox(page).press('Control+Enter')
}

/** Pauses while one is being made, so that what comes after it stays where it is put. */
async function withThreeWaiting(page: Page): Promise<void> {
  const drawer = await openAdvanced(page)
  await drawer.getByRole('slider', { name: 'Steps' }).press('End')
  await send(page, 'a red house')
  await page.getByRole('button', { name: /^Show the queue/ }).click()
  await button(page, 'Pause after this one').click()
  await expect(page.getByText('Paused')).toBeVisible()
  for (const thing of ['boat', 'tree', 'star']) await send(page, `a blue ${thing}`)
  await expect(next(page)).toHaveText([/blue boat/, /blue tree/, /blue star/])
}

test('the queue: added to while one is made, put in another order, kept over a restart, gone on with, cancelled', async ({
  studio,
}) => {
  const { page } = studio
  await withThreeWaiting(page)
  await button(page, 'Move “a blue star” to the front').click()
  await expect(next(page)).toHaveText([/blue star/, /blue boat/, /blue tree/])
  await button(page, 'Move “a blue tree” up').click()
  await expect(next(page)).toHaveText([/blue star/, /blue tree/, /blue boat/])
  await button(page, 'Cancel “a blue boat”').click()
  await expect(next(page)).toHaveText([/blue star/, /blue tree/])
  await promptBox(page).fill('a green cat')
  await promptBox(page).press('Control+Shift+Enter')
  await expect(next(page)).toHaveText([/green cat/, /blue star/, /blue tree/])
  // What was being made is finished all the same.
  await expect(recent(page).getByRole('button')).toHaveCount(1, drawn)

  await studio.restart()
  await expect(page.getByText('Paused')).toBeVisible()
  await page.getByRole('button', { name: /^Show the queue/ }).click()
  await expect(next(page)).toHaveText([/green cat/, /blue star/, /blue tree/])
  await expect(recent(page).getByRole('button')).toHaveCount(1)
  await button(page, 'Go on').click()
  await expect(recent(page).getByRole('button')).toHaveCount(2, drawn)
  await button(page, 'Cancel all').click()
  await expect(next(page)).toHaveCount(0)
  const pictures = await recent(page).getByRole('button').count()
  await button(page, 'Retry “a blue tree”').click()
  await expect(recent(page).getByRole('button')).toHaveCount(pictures + 1, drawn)
})

test('a hidden window is told when the queue is through, without a word of the prompt', async ({
  studio,
}) => {
  const { page } = studio
  await page.evaluate(() => {
    const told: string[][] = []
    class Told extends EventTarget {
      static permission = 'default'
      static async requestPermission() {
        Told.permission = 'granted'
        return Told.permission
      }
      constructor(title: string, { body }: { body: string }) {
        super()
        told.push([title, body])
      }
    }
    Object.assign(window, { Notification: Told, told })
  })
  await send(page, 'a red house')
  await expect(recent(page).getByRole('button')).toHaveCount(1, drawn)
  await page.getByRole('button', { name: /^Show the queue/ }).click()
  await button(page, 'Tell me when it is finished and the window is hidden').click()
  await expect(button(page, 'Do not tell me any more when it is finished')).toBeVisible()
  const told = () => page.evaluate(() => (window as unknown as { told: string[][] }).told)
  await button(page, 'One picture more').click()
  await generateButton(page).click()
  await expect(recent(page).getByRole('button')).toHaveCount(3, drawn)
  expect(await told()).toEqual([])
  await page.evaluate(() => Object.defineProperty(document, 'visibilityState', { value: 'hidden' }))
  await send(page, 'a red house')
  await expect.poll(told, { timeout: 60_000 }).toEqual([['Sanggar has finished', '2 pictures are ready.']])
})
