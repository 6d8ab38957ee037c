import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RedactPreview } from '../../contract/privacy.ts'
import { drawFlat, until } from '../testing/host-double.ts'
import { openRawVault } from '../testing/raw-vault.ts'
import { type Harness, filesBelow, openHarness } from '../testing/studio-harness.ts'
import { createRedaction } from './redact.ts'

describe('a redacted word', () => {
  it.each([
    ['Budi', 'a photo of Budi, smiling', 'a photo of, smiling'],
    ['budi', 'BUDI and Budiman and abudi', 'and Budiman and abudi'],
    ['Étienne', 'E\u0301tienne, (étienne:1.2)', '(:1.2)'],
    ['Sari Dewi', 'for sari\n dewi only', 'for only'],
    ['日本', '日本, 日本語', '日本語'],
    ['a+b', 'a+b aab', 'aab'],
    ['Anna-Maria', 'Anna-Maria, Anna, anna-maria!', 'Anna, !'],
    ['straße', 'STRAẞE straße', ''],
  ])('%s leaves %j', (word, text, left) => {
    expect(createRedaction(word).text(text)).toBe(left)
  })

  it('is counted', () => {
    const redaction = createRedaction('x')
    redaction.text('x y x')
    redaction.text('xy')
    expect(redaction.found()).toBe(2)
  })
})

describe('redacting', () => {
  let studio: Harness
  beforeEach(async () => {
    studio = await openHarness()
  })
  afterEach(() => studio.close())

  const marker = 'Zanzibarowa'

  it('takes a word out of every place where it stands, and out of the raw database and headers', async () => {
    const job = await studio.make({
      prompt: `a boat, ${marker}`,
      negativePrompt: marker.toUpperCase(),
      furtherPrompts: { prompt2: `the sea of ${marker}`, negativePrompt3: marker },
      count: 3,
    })
    await studio.make({ prompt: 'nothing of it' })
    await studio.call('images.change', {
      ids: job.images.slice(0, 1),
      change: { title: `${marker} pergi`, note: `x ${marker}`, tags: [marker, 'sea'] },
    })
    await studio.call('drafts.set', { key: 'create', value: { prompt: `my ${marker}`, list: [marker] } })
    await studio.call('settings.change', { promptRulesText: `# mine\nblur: ${marker}, gore\nask: x` })
    const kept = { days: 30, origins: ['made'], action: 'trash', exceptTags: [marker, 'sea'] }
    await studio.call('retention.save', kept)
    await studio.call('queue.pause', { paused: true })
    const waiting = (await studio.call('jobs.submit', {
      kind: 'generate',
      prompt: `later ${marker}`,
      model: 'starter',
    })) as { id: string }
    const backups = path.join(studio.dataDirectory, 'backups')
    mkdirSync(backups)
    writeFileSync(path.join(backups, 'library-10-1.db'), 'an old database')

    const preview = (await studio.call('privacy.redactPreview', { word: 'zanzibarowa' })) as RedactPreview
    expect(preview).toMatchObject({ pictures: 3, jobs: 2, drafts: 1, settings: 2, kept: 0 })
    const work = await studio.work('privacy.redact', { word: 'zanzibarowa' })
    expect(work).toMatchObject({
      state: 'done',
      result: { written: preview.occurrences, unreadable: [] },
    })
    expect(readdirSync(backups)).toEqual([])

    expect(await studio.call('images.get', { id: job.images[0] })).toMatchObject({
      prompt: 'a boat',
      negativePrompt: '',
      title: 'pergi',
      note: 'x',
      tags: ['sea'],
      request: { prompt: 'a boat' },
    })
    expect(await studio.call('drafts.get', { key: 'create' })).toEqual({
      value: { prompt: 'my', list: [''] },
    })
    expect(await studio.call('images.query', { text: marker })).toMatchObject({ total: 0 })
    expect(await studio.call('settings.get')).toMatchObject({
      promptRulesText: '# mine\nblur: gore\nask: x',
    })
    expect(await studio.call('retention.list')).toMatchObject([{ exceptTags: ['sea'] }])
    expect(await studio.call('images.query', { text: 'boat' })).toMatchObject({ total: 3 })
    expect((await studio.get(`/media/image/${job.images[2]}`)).status).toBe(200)
    await studio.call('queue.pause', { paused: false })
    expect((await studio.ended(waiting.id)).request).toMatchObject({ prompt: 'later' })

    await studio.stop()
    const raw = await openRawVault(studio.dataDirectory)
    expect(raw.records).toContain('a boat')
    for (const text of [raw.records, raw.database.toString('latin1')]) {
      expect(text.toLowerCase()).not.toContain(marker.toLowerCase())
    }
    // The index keeps words in pieces that share beginnings: a long piece of the word is enough to give it away.
    expect(raw.database.toString('latin1').toLowerCase()).not.toContain('anzibarow')
    await studio.start()
  })

  it('waits for a job that runs with the word, and takes it out of what that job made', async () => {
    let goOn = false
    studio.double.control.behaviour = async (task, say, process) => {
      await until(() => goOn)
      await drawFlat(task, say, process)
    }
    const submit = async () =>
      (await studio.call('jobs.submit', {
        kind: 'generate',
        prompt: `a ${marker} boat`,
        model: 'starter',
      })) as {
        id: string
      }
    const [running, waiting] = [await submit(), await submit()]
    await until(() => studio.double.control.tasks.length === 1)
    const { id } = (await studio.call('privacy.redact', { word: marker })) as { id: string }
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await studio.call('works.list')).toMatchObject([{ id, state: 'running' }])
    goOn = true
    expect((await studio.worked(id)).state).toBe('done')
    const made = [...(await studio.ended(running.id)).images, ...(await studio.ended(waiting.id)).images]
    for (const image of made)
      expect(await studio.call('images.get', { id: image })).toMatchObject({ prompt: 'a boat' })
    await studio.stop()
    const raw = await openRawVault(studio.dataDirectory)
    expect(raw.records + raw.database.toString('latin1')).not.toMatch(/anzibarow/i)
    await studio.start()
  })

  it('finds the word in the raw vault before: the search can fail', async () => {
    await studio.make({ prompt: `a boat, ${marker}` })
    await studio.stop()
    const raw = await openRawVault(studio.dataDirectory)
    expect(raw.records).toContain(marker)
    expect(raw.database.toString('latin1')).toContain(marker)
    expect(raw.database.toString('latin1')).toContain(marker.toLowerCase())
    await studio.start()
  })

  it('is finished at the next start when a crash cut a header short', async () => {
    const { images } = await studio.make({ prompt: `a boat, ${marker}` })
    const id = images[0] as string
    const file =
      filesBelow(studio.dataDirectory).find(({ file: name }) => name.endsWith(`${id}.picture`))?.file ?? ''
    await studio.work('privacy.redact', { word: marker })
    await studio.stop()
    // As if the power had gone while the header was being written: the journal still has it.
    const { bytes } = filesBelow(path.dirname(file)).find(({ file: name }) => name === file)!
    const header = Buffer.from(bytes.subarray(0, 400))
    writeFileSync(file, Buffer.concat([bytes.subarray(0, 40), Buffer.alloc(100), bytes.subarray(140)]))
    await studio.start()
    expect((await studio.get(`/media/image/${id}`)).status).toBe(410)
    await studio.stop()
    const { openVaultKeys } = await import('../vault/vault-key.ts')
    const { closeDatabase, openDatabase } = await import('../database/open-database.ts')
    const keys = await openVaultKeys(studio.dataDirectory, {})
    const database = openDatabase(studio.dataDirectory, keys.database)
    database.prepare('INSERT INTO header_rewrites VALUES (?, ?)').run(id, header)
    closeDatabase(database)
    await studio.start()
    expect((await studio.get(`/media/image/${id}`)).status).toBe(200)
  })
})
