import { execFileSync } from 'node:child_process'
import path from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LedgerCategory, type LedgerRow, ledgerCategorySchema } from '../../contract/privacy.ts'
import { openRawVault } from '../testing/raw-vault.ts'
import { drawFlat } from '../testing/host-double.ts'
import { type Harness, openHarness } from '../testing/studio-harness.ts'
import { diesAfter } from '../testing/unfinished.ts'
import { heldCategories } from './held-data.ts'

let studio: Harness
let input: string

const marker = 'Zanzibarowa'

beforeEach(async () => {
  studio = await openHarness()
  const photo = await sharp({ create: { width: 24, height: 16, channels: 3, background: '#a52' } })
    .png()
    .toBuffer()
  input = (await studio.post('/media/input?name=a.png', photo)).id
  studio.double.control.behaviour = diesAfter(0, [3])
  await studio.make({ prompt: 'half a boat' })
  studio.double.control.behaviour = drawFlat
  const job = await studio.make({
    prompt: `a ${marker} boat`,
    furtherPrompts: { prompt2: marker },
    image: { id: input, strength: 0.5 },
    count: 2,
  })
  await studio.call('images.change', { ids: job.images, change: { title: `title ${marker}`, tags: ['sea'] } })
  await studio.call('drafts.set', { key: 'create', value: { prompt: 'draft words' } })
  await studio.call('settings.change', { theme: 'dark' })
  await studio.call('models.add', { path: studio.double.root })
  await studio.call('collections.save', { name: 'By the sea', search: 'tag:sea' })
  studio.studio().recordBlockedRequest('https://example.org', 'test')
})

afterEach(() => studio.close())

const ledger = async () => (await studio.call('privacy.ledger')) as LedgerRow[]
const countOf = async (category: LedgerCategory) =>
  (await ledger()).find((row) => row.category === category)?.count

describe('the ledger', () => {
  it('has a row for every category, shows what it counts, and deletes each alone', async () => {
    expect((await ledger()).map(({ category }) => category).sort()).toEqual(
      [...ledgerCategorySchema.options].sort(),
    )
    // Pictures last: their prompts and timings go with them.
    const others = heldCategories.filter((category) => category !== 'pictures-made')
    for (const category of [...others, 'pictures-made', 'local-log'] as const) {
      const before = await ledger()
      const count = before.find((row) => row.category === category)?.count ?? 0
      expect([category, count > 0]).toEqual([category, true])
      const page = (await studio.call('privacy.viewCategory', { category })) as {
        total: number
        entries: { fields: object }[]
      }
      // Settings also show the library's own facts, which stay.
      expect([category, page.total >= count, page.entries.length]).toEqual([category, true, page.total])
      const receipt = await studio.call('privacy.deleteCategory', { category })
      expect(receipt).toMatchObject({ rows: { [category]: count }, verified: count, left: [] })
      expect(await countOf(category)).toBe(0)
    }
    expect(await studio.call('settings.get')).toMatchObject({ theme: 'system' })
    expect(await studio.call('jobs.list')).toEqual([])
  })

  it('forgets prompts in the raw database and in the files, and keeps the pictures', async () => {
    await studio.call('privacy.deleteCategory', { category: 'prompts' })
    await studio.call('privacy.deleteCategory', { category: 'titles-and-notes' })
    expect(await studio.call('images.query', {})).toMatchObject({ total: 2 })
    await studio.stop()
    const raw = await openRawVault(studio.dataDirectory)
    expect(raw.records + raw.database.toString('latin1')).not.toMatch(/zanzibarowa/i)
    await studio.start()
  })

  it('erases pictures with their words, index and files', async () => {
    await studio.call('privacy.deleteCategory', { category: 'pictures-made' })
    await studio.call('privacy.deleteCategory', { category: 'history' })
    await studio.stop()
    const raw = await openRawVault(studio.dataDirectory)
    expect(raw.records + raw.database.toString('latin1')).not.toMatch(/anzibarow/i)
    await studio.start()
  })

  it('refuses what is never held', async () => {
    expect(await studio.failure('privacy.deleteCategory', { category: 'payment' })).toMatchObject({
      code: 'not-found',
    })
  })
})

describe('deleting by search and age', () => {
  it('takes what was counted and nothing when the count is another', async () => {
    await studio.make({ prompt: 'a red house' })
    const query = { text: 'house after:2020-01-01' }
    expect(await studio.call('images.countMatching', query)).toMatchObject({ count: 1 })
    expect(await studio.failure('images.eraseMatching', { query, count: 2 })).toEqual({
      code: 'confirmation-required',
    })
    expect(await studio.call('images.eraseMatching', { query, count: 1 })).toMatchObject({ verified: 1 })
    expect(await studio.call('images.query', {})).toMatchObject({ total: 2 })
    expect(await studio.call('images.countMatching', { text: 'before:2020-01-01' })).toMatchObject({
      count: 0,
    })
  })
})

describe('all that is held, in one archive', () => {
  const contents = (file: string): Record<string, unknown> =>
    JSON.parse(
      execFileSync(
        'python3',
        [
          '-c',
          'import sys,zipfile,json;z=zipfile.ZipFile(sys.argv[1]);print(json.dumps({n:(json.loads(z.read(n)) if n.endswith("json") else len(z.read(n))) for n in z.namelist()}))',
          file,
        ],
        { encoding: 'utf8' },
      ),
    ) as Record<string, unknown>

  it('holds every category and every picture, inputs too', async () => {
    const work = await studio.work('privacy.exportData', { folder: studio.folder('mine') })
    expect(work).toMatchObject({ state: 'done', result: { written: 3, unreadable: [] } })
    const archive = contents(work.result?.place ?? '')
    expect(path.basename(work.result?.place ?? '')).toBe('sanggar-my-data.zip')
    for (const category of heldCategories) expect(archive[`${category}.json`]).not.toEqual([])
    expect(archive).toHaveProperty([`pictures/${input}.png`])
    expect(archive['prompts.json']).toMatchObject([{ prompt: `a ${marker} boat` }, {}])
    expect(archive['history.json']).toMatchObject([
      { request: { prompt: `a ${marker} boat` } },
      { request: { prompt: 'half a boat' } },
    ])
    expect(archive['drafts.json']).toMatchObject([{ value: { prompt: 'draft words' } }])
  })

  it('holds one category when one was asked for', async () => {
    const folder = studio.folder('one')
    const work = await studio.work('privacy.exportData', { folder, categories: ['drafts'] })
    expect(Object.keys(contents(work.result?.place ?? '')).sort()).toEqual([
      'README.txt',
      'drafts.json',
      'ledger.json',
    ])
    const all = studio.folder('log')
    const logged = await studio.work('privacy.exportData', { folder: all, categories: ['local-log'] })
    const [newest] = contents(logged.result?.place ?? '')['local-log.json'] as { at: number; event: string }[]
    expect(newest?.event).toMatch(/^[a-z.-]+/)
  })
})
