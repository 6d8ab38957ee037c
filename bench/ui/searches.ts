import type { Page } from '@playwright/test'

/** From the last key to the tiles of the answer on the screen, with the pause that waits for the next key. */
export async function timeTyping(page: Page): Promise<number[]> {
  const box = page.getByRole('searchbox')
  const times: number[] = []
  for (const search of ['boat sunset', 'lighthouse', 'paper crane night', 'hill dawn']) {
    await box.fill('')
    await page.waitForTimeout(600)
    const before = await page.locator('.gallery-results').evaluate((element) => {
      element.setAttribute('data-before', 'yes')
      return element.className
    })
    if (before === '') throw new Error('no gallery')
    const began = performance.now()
    await box.fill(search)
    // Another query is another list of results: the marked one is gone and the new one has tiles.
    await page.waitForFunction(
      () => document.querySelector('.gallery-results:not([data-before]) .tile img') !== null,
    )
    times.push(performance.now() - began)
  }
  await box.fill('')
  await page.waitForTimeout(600)
  return times
}
