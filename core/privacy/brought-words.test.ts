import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { execFile } from 'node:child_process'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Image } from '../../contract/image.ts'
import type { CategoryPage, LedgerRow } from '../../contract/privacy.ts'
import { withText } from '../export/png-chunks.ts'
import { openRawVault } from '../testing/raw-vault.ts'
import { type Harness, filesBelow, openHarness } from '../testing/studio-harness.ts'

/**
 * A picture that somebody drops on Create brings words: what another program wrote of how it was made. They are held
 * as any prompt is, so everything that is promised of prompts holds for them.
 */
let studio: Harness
beforeEach(async () => {
  studio = await openHarness()
})
afterEach(() => studio.close())

const word = 'Tulamben'
const settings = `a wreck off ${word}\nNegative prompt: fog of ${word}\nSteps: 22, Sampler: Euler a, CFG scale: 6.5, Seed: 101, Size: 20x10, Model: dreamy_v3, Clip skip: 2, Version: v1.10.1`

async function pictureWithWords(): Promise<Buffer> {
  const png = await sharp({ create: { width: 20, height: 10, channels: 3, background: '#246' } })
    .png()
    .toBuffer()
  return withText(png, 'parameters', settings)
}

const row = async (category: LedgerRow['category']) =>
  ((await studio.call('privacy.ledger')) as LedgerRow[]).find((one) => one.category === category)

/** The word anywhere: in a page of the database, in a record of a sealed file, as it lies on the disk. */
async function wordIsHeld(): Promise<boolean> {
  await studio.stop()
  const raw = await openRawVault(studio.dataDirectory)
  const everything = [
    raw.database.toString('latin1'),
    raw.records,
    ...filesBelow(studio.dataDirectory).map(({ bytes }) => bytes.toString('latin1')),
  ].join('\n')
  await studio.start()
  return everything.toLowerCase().includes(word.toLowerCase())
}

const drop = async (more = '') =>
  (await studio.post(`/media/input?name=x.png${more}`, await pictureWithWords())).id

describe('the words of a picture that was dropped as a start', () => {
  it('are counted, shown and given back with the rest', async () => {
    const id = await drop()
    expect(await studio.call('images.get', { id })).toMatchObject({
      origin: 'input',
      program: 'A1111',
      seed: '101',
    })
    expect(await row('prompts')).toMatchObject({ count: 1 })
    expect(await row('pictures-brought-in')).toMatchObject({ count: 1 })
    const page = { offset: 0, limit: 10 }
    const prompts = (await studio.call('privacy.viewCategory', {
      category: 'prompts',
      ...page,
    })) as CategoryPage
    expect(prompts.entries[0]?.fields['prompt']).toContain(word)
    const brought = (await studio.call('privacy.viewCategory', {
      category: 'pictures-brought-in',
      ...page,
    })) as CategoryPage
    expect(brought.entries[0]?.fields).toMatchObject({ program: 'A1111', seed: '101', model: 'dreamy_v3' })

    // They are in the library: the preflight does not say that they were left behind.
    expect(await studio.call('export.preview', { images: [id] })).toMatchObject({ dropped: [] })
    const folder = studio.folder('mine')
    mkdirSync(folder, { recursive: true })
    const { result } = await studio.work('privacy.exportData', { folder })
    const unzip = async (name: string) =>
      JSON.parse(
        (
          await promisify(execFile)('unzip', [
            '-p',
            path.join(folder, path.basename(result?.place ?? '')),
            name,
          ])
        ).stdout,
      ) as Record<string, unknown>[]
    expect((await unzip('prompts.json'))[0]).toMatchObject({ negativePrompt: `fog of ${word}` })
    expect((await unzip('pictures-brought-in.json'))[0]).toMatchObject({ program: 'A1111', seed: '101' })
  })

  it('are taken back by redacting the word', async () => {
    const id = await drop()
    expect(await wordIsHeld()).toBe(true)
    expect(await studio.call('privacy.redactPreview', { word })).toMatchObject({ pictures: 1 })
    await studio.work('privacy.redact', { word })
    expect(await wordIsHeld()).toBe(false)
    expect(((await studio.call('images.get', { id })) as Image).prompt).toBe('a wreck off')
  })

  it('go with the category of prompts, and with the pictures brought in', async () => {
    const id = await drop()
    await studio.call('privacy.deleteCategory', { category: 'prompts' })
    expect(await wordIsHeld()).toBe(false)
    expect(((await studio.call('images.get', { id })) as Image).prompt).toBe('')
    await drop()
    await studio.call('privacy.deleteCategory', { category: 'pictures-brought-in' })
    expect(await wordIsHeld()).toBe(false)
    expect(await row('prompts')).toMatchObject({ count: 0 })
  })

  it('stay in memory in an incognito session', async () => {
    const id = await drop('&incognito=1')
    expect(((await studio.call('images.get', { id })) as Image).prompt).toContain(word)
    expect(await row('prompts')).toMatchObject({ count: 0 })
    expect(await wordIsHeld()).toBe(false)
  })
})
