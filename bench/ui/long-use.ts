import type { CDPSession, Page } from '@playwright/test'
import { heapOf } from './page-probe.ts'
import { type StudioWindow, goTo } from './studio-window.ts'

export type UseSample = { minute: number; heap: number; nodes: number; program: number }

/**
 * What a person does in a minute, sixty times as fast as it goes: looks through the gallery, opens pictures, searches,
 * goes to other screens and back. Memory is read after the first, every tenth and the last of them.
 */
export async function useForAnHour(
  window: StudioWindow,
  session: CDPSession,
  minutes: number,
): Promise<UseSample[]> {
  const { page } = window
  const samples: UseSample[] = []
  for (let minute = 1; minute <= minutes; minute++) {
    await oneMinute(page, minute)
    if (minute !== 1 && minute % 10 !== 0 && minute !== minutes) continue
    samples.push({ minute, ...(await heapOf(session)), program: window.residentMemory() })
  }
  return samples
}

async function oneMinute(page: Page, minute: number): Promise<void> {
  await goTo(page, 'Gallery')
  const grid = page.getByRole('listbox', { name: 'Pictures', exact: true })
  await grid.waitFor()
  await page.evaluate((at) => {
    const scroller = document.querySelector('.grid-scroller')
    if (scroller) scroller.scrollTop = scroller.scrollHeight * ((at * 0.37) % 1)
  }, minute)
  await page.waitForTimeout(150)
  await page.locator('.tile img').nth(4).click()
  for (let step = 0; step < 10; step++) {
    await grid.press(step % 3 === 2 ? 'ArrowDown' : 'ArrowRight')
    await page.waitForTimeout(20)
  }
  await grid.press('Enter')
  for (let step = 0; step < 5; step++) {
    await page.keyboard.press('ArrowRight')
    await page.waitForTimeout(60)
  }
  await page.keyboard.press('Escape')
  await page.getByRole('searchbox').fill(minute % 2 === 0 ? 'boat' : 'tag:card hill')
  await page.waitForTimeout(300)
  await page.getByRole('searchbox').fill('')
  for (const screen of ['Models', 'Insights', 'Create']) {
    await goTo(page, screen)
    await page.waitForTimeout(80)
  }
}
