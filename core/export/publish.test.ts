import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Harness, openHarness } from '../testing/studio-harness.ts'

let studio: Harness
beforeEach(async () => {
  studio = await openHarness()
})
afterEach(() => studio.close())

it('tells a screen reader what everybody can read, and nothing of the prompt where no prompt is shown', async () => {
  const prompt = 'a (((secret))) at dusk'
  const job = await studio.make({ prompt, count: 3 })
  const [plain, titled, described] = job.images
  const ids = [plain, titled, described]
  await studio.call('images.change', { ids, change: { shared: true } })
  await studio.call('images.change', { ids: [titled, described], change: { title: 'Low "tide"' } })
  await studio.call('images.change', { ids: [described], change: { altText: 'Boats <on> sand' } })
  const alts = async (captions: string, language = 'en') => {
    const folder = studio.folder('public')
    await studio.work('gallery.publish', { folder, captions, language })
    const page = readFileSync(path.join(folder, 'index.html'), 'utf8')
    return {
      alts: [...page.matchAll(/ alt="([^"]*)"/g)]
        .map(([, alt]) => alt ?? '')
        .sort((one, other) => one.localeCompare(other)),
      page,
    }
  }
  const none = await alts('none')
  expect(none.alts).toEqual(['Picture 1', 'Picture 2', 'Picture 3'])
  expect(none.page).not.toMatch(/secret|tide|Boats/)
  const titles = await alts('titles', 'id')
  expect(titles.alts).toEqual([
    'Boats &lt;on&gt; sand',
    expect.stringMatching(/^Gambar \d$/),
    'Low &quot;tide&quot;',
  ])
  expect(titles.page).not.toMatch(/secret|dusk/)
  const prompts = await alts('prompts')
  expect(prompts.alts).toEqual(['a secret at dusk', 'Boats &lt;on&gt; sand', 'Low &quot;tide&quot;'])
})

it('is previewed over everything that is shared', async () => {
  const { images } = await studio.make({ count: 3 })
  await studio.call('images.change', { ids: images.slice(0, 2), change: { shared: true } })
  expect(await studio.call('export.preview', { images: 'shared' })).toMatchObject({ pictures: 2 })
})
