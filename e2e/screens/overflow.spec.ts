import { expect, test } from '../fixtures.ts'

/** A browser set to the pseudo-locale shows every text 40 % longer, in brackets: renderer/locales/pseudo.ts. */
test.use({ locale: 'en-XA' })

const screens = ['create', 'edit', 'gallery', 'models', 'privacy', 'insights', 'settings']
const sizes = [
  { width: 1440, height: 900 },
  { width: 900, height: 600 },
]

/** Texts that are cut off without a sign of it, and screens that are wider than their window. */
const findCut = () => {
  const found: string[] = []
  if (document.documentElement.scrollWidth > window.innerWidth)
    found.push('the page is wider than the window')
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent?.trim() ?? ''
    const element = node.parentElement
    if (text === '' || !element || element.closest('option, title, script, .skip, .hidden-text')) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    const box = range.getBoundingClientRect()
    if (box.width < 2 || box.height < 2) continue
    let scrolls = false
    for (let around: HTMLElement | null = element; around; around = around.parentElement) {
      const style = getComputedStyle(around)
      const clips = style.overflowX === 'hidden' || style.overflowX === 'clip'
      // What ends in an ellipsis says so itself; what is hidden for the eye is for screen readers.
      if (style.textOverflow === 'ellipsis' || around.clientWidth <= 1) break
      scrolls = style.overflowX === 'auto' || style.overflowX === 'scroll'
      if (scrolls) break
      const edge = around.getBoundingClientRect()
      if (clips && (box.right > edge.right + 1.5 || box.left < edge.left - 1.5)) {
        found.push(`"${text.slice(0, 60)}" in .${element.className || element.tagName}`)
        break
      }
    }
    if (!scrolls && (box.left < -1 || box.right > window.innerWidth + 1))
      found.push(`off the window: "${text.slice(0, 60)}"`)
  }
  return found
}

/** Texts that never went through a catalogue: no bracket, and letters that a person would read. */
const findUnworded = () => {
  // Names and prompts are their owners' words.
  const own = 'kbd, code, option, textarea, .prose, .mono, [translate=no]'
  const found: string[] = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent?.trim() ?? ''
    if (/[⟦⟧]/.test(text) || !/\p{L}{3}/u.test(text)) continue
    if (node.parentElement?.closest(own)) continue
    found.push(text)
  }
  return [...new Set(found)]
}

test('no screen cuts or loses a text that grew by 40 %', async ({ studio }) => {
  const { page } = studio
  const cut: Record<string, string[]> = {}
  for (const size of sizes) {
    await page.setViewportSize(size)
    for (const screen of screens) {
      await page.goto(`${new URL(page.url()).origin}/#/${screen}`)
      await page.waitForTimeout(300)
      const found = await page.evaluate(findCut)
      if (found.length > 0) cut[`${screen} at ${size.width}`] = found
    }
  }
  expect(cut).toEqual({})
})

test('every text of the interface comes from a catalogue', async ({ studio }) => {
  const { page } = studio
  const plain: Record<string, string[]> = {}
  for (const screen of screens) {
    await page.goto(`${new URL(page.url()).origin}/#/${screen}`)
    await page.waitForTimeout(300)
    const found = await page.evaluate(findUnworded)
    if (found.length > 0) plain[screen] = found
  }
  expect(plain).toEqual({})
})
