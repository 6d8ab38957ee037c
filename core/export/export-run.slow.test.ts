import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ExportPreview } from '../../contract/export.ts'
import { foreignReader, foreignReaderFinds } from '../testing/foreign-reader.ts'
import { type Harness, filesBelow, openHarness } from '../testing/studio-harness.ts'
import { userCommentBlock } from './exif-tags.ts'
import { withChunk } from './png-chunks.ts'

let studio: Harness
let folder: string

beforeEach(async () => {
  studio = await openHarness()
  folder = studio.folder('out')
})

afterEach(() => studio.close())

const words = 'perahu “merah” 日本 🚤, <b>&"quotes"'
const formats = { png: 'png', jpeg: 'jpg', webp: 'webp', avif: 'avif' } as const

describe.each(Object.entries(formats))('%s', (format, extension) => {
  it('carries what each preset says, to our reader and to a foreign one', async () => {
    const job = await studio.make({ prompt: words, negativePrompt: 'blurry', seed: '5' })
    const source = 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia'
    for (const metadata of ['clean', 'reproducible', 'disclosed']) {
      const request = { images: job.images, format, metadata, pattern: metadata }
      const preview = (await studio.call('export.preview', request)) as ExportPreview
      const work = await studio.work('export.start', { folder, request })
      expect(work).toMatchObject({
        state: 'done',
        result: { written: 1, files: [`${metadata}.${extension}`] },
      })
      const file = path.join(folder, `${metadata}.${extension}`)
      const said = preview.first.carries.filter(({ technical }) => !technical)
      const found = foreignReaderFinds(file)
      expect(preview.first).toMatchObject({
        name: `${metadata}.${extension}`,
        bytes: readFileSync(file).length,
      })
      if (metadata === 'clean') {
        expect(said).toEqual([])
        expect(found).toEqual({})
      } else if (metadata === 'reproducible') {
        const text = said[0]?.value ?? ''
        expect(said).toHaveLength(1)
        expect(text).toContain(
          `${words}\nNegative prompt: blurry\nSteps: 1, Sampler: Euler, CFG scale: 2, Seed: 5`,
        )
        if (foreignReader) expect(Object.values(found)).toEqual([text])
      } else {
        expect(said).toEqual([
          { place: 'XMP', name: 'Iptc4xmpExt:DigitalSourceType', value: source, technical: false },
        ])
        if (foreignReader) expect(found).toEqual({ 'XMP-iptcExt:DigitalSourceType': source })
        expect(readFileSync(file).includes('perahu')).toBe(false)
      }
    }
  })

  it('carries the author and licence that somebody gave, and nothing else', async () => {
    const job = await studio.make({ prompt: 'secret words' })
    const request = {
      images: job.images,
      format,
      author: 'Sari & Co <x>',
      licence: 'CC BY 4.0 “©”',
      pattern: 'a',
    }
    await studio.work('export.start', { folder, request })
    const file = path.join(folder, `a.${extension}`)
    if (foreignReader) {
      expect(foreignReaderFinds(file)).toEqual({
        'XMP-dc:Creator': ['Sari & Co <x>'],
        'XMP-dc:Rights': 'CC BY 4.0 “©”',
      })
    }
    expect(readFileSync(file).includes('secret')).toBe(false)
    const again = (await studio.call('export.preview', request)) as ExportPreview
    expect(again.first.carries.filter(({ technical }) => !technical).map(({ name }) => name)).toEqual([
      'dc:creator',
      'dc:rights',
    ])
  })

  it('makes the longest side as long as asked, never longer than it was', async () => {
    const job = await studio.make()
    const sizes = async (longestSide: number) => {
      const request = { images: job.images, format, longestSide, pattern: `s${longestSide}` }
      await studio.work('export.start', { folder, request })
      const { width, height } = await sharp(path.join(folder, `s${longestSide}.${extension}`)).metadata()
      return [width, height]
    }
    expect(await sizes(16)).toEqual([16, 8])
    expect(await sizes(500)).toEqual([32, 16])
  })
})

describe('a prompt as long as prompts may be', () => {
  it('fits into every format as ASCII; other scripts are refused by name where only PNG has room', async () => {
    const long = 'boat '.repeat(3999)
    const job = await studio.make({ prompt: long, negativePrompt: long })
    for (const format of Object.keys(formats)) {
      const request = { images: job.images, format, metadata: 'reproducible' }
      const { first } = (await studio.call('export.preview', request)) as ExportPreview
      const text = first.carries.find(({ technical }) => !technical)?.value ?? ''
      expect([format, text.startsWith(`${long}\nNegative prompt: ${long}\nSteps: 1`)]).toEqual([format, true])
    }
    const other = await studio.make({ prompt: '船 '.repeat(9990), negativePrompt: '船 '.repeat(9990) })
    expect(
      await studio.failure('export.preview', {
        images: other.images,
        format: 'jpeg',
        metadata: 'reproducible',
      }),
    ).toMatchObject({ code: 'invalid-request', path: 'format' })
    const png = { images: other.images, format: 'png', metadata: 'reproducible' }
    expect(await studio.failure('export.preview', png)).toBeUndefined()
  })
})

describe('the preview', () => {
  it('names what a source photo brought and that none of it is there any more', async () => {
    const photo = await sharp({ create: { width: 24, height: 16, channels: 3, background: '#a52' } })
      .withExif({
        IFD0: { Make: 'Kamera', Artist: 'Sari', Copyright: 'Sari', Software: 'x' },
        IFD2: { DateTimeOriginal: '2026:01:02 03:04:05', LensModel: '35mm' },
        IFD3: { GPSLatitudeRef: 'S', GPSLatitude: '6/1 12/1 0/1' },
      })
      .jpeg()
      .toBuffer()
    const { id } = await studio.post('/media/input?name=photo.jpg', photo)
    expect(await studio.call('images.get', { id })).toMatchObject({
      brought: ['camera', 'person', 'place', 'settings', 'time'],
    })
    const job = await studio.make({ image: { id, strength: 0.5 } })
    const request = { images: job.images, metadata: 'disclosed', list: true }
    const preview = (await studio.call('export.preview', request)) as ExportPreview
    expect(preview.dropped).toContainEqual({ kind: 'place', pictures: 1 })
    expect(preview.first.carries.filter(({ technical }) => !technical)).toMatchObject([
      { value: expect.stringContaining('/compositeWithTrainedAlgorithmicMedia') },
    ])
    expect(preview.lists.map(({ name }) => name)).toEqual(['pictures.json', 'pictures.csv', 'index.html'])
    expect(existsSync(folder)).toBe(false)
    await studio.work('export.start', {
      folder,
      request: { images: [id], metadata: 'reproducible', pattern: 'p' },
    })
    expect(foreignReaderFinds(path.join(folder, 'p.png'))).toEqual({})
  })

  it('writes a block that is read as it was meant', async () => {
    const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#000' } })
      .png()
      .toBuffer()
    mkdirSync(folder, { recursive: true })
    writeFileSync(path.join(folder, 'e.png'), withChunk(png, 'eXIf', userCommentBlock('日本 é')))
    if (foreignReader)
      expect(foreignReaderFinds(path.join(folder, 'e.png'))).toEqual({ 'ExifIFD:UserComment': '日本 é' })
  })
})

describe('many pictures', () => {
  it('go into a folder with lists that open offline, and never over what is there', async () => {
    await studio.make({ prompt: '=1+1, <script>alert(1)</script> "x"', count: 3 })
    mkdirSync(folder, { recursive: true })
    writeFileSync(path.join(folder, 'index.html'), 'mine')
    const request = { images: 'all', list: true, pattern: '[number]' }
    expect((await studio.work('export.start', { folder, request })).result).toMatchObject({ written: 3 })
    expect(readdirSync(folder).sort()).toEqual([
      '00001.png',
      '00002.png',
      '00003.png',
      'index-2.html',
      'index.html',
      'pictures.csv',
      'pictures.json',
    ])
    const read = (name: string) => readFileSync(path.join(folder, name), 'utf8')
    expect(read('index.html')).toBe('mine')
    expect(JSON.parse(read('pictures.json'))).toHaveLength(3)
    expect(read('pictures.csv').split('\r\n')[1]).toContain(`"'=1+1, <script>alert(1)</script> ""x"""`)
    const page = read('index-2.html')
    expect(page).not.toContain('<script')
    expect(page).toContain('&lt;script&gt;')
    expect(page.match(/(?:src|href)="(?!\d{5}\.png")[^"]*"/g)).toBeNull()
  })

  it('go into one ZIP that other programs open', async () => {
    await studio.make({ count: 3 })
    const work = await studio.work('export.start', {
      folder,
      as: 'zip',
      request: { images: 'all', list: true },
    })
    const names = execFileSync('python3', [
      '-c',
      'import sys,zipfile;z=zipfile.ZipFile(sys.argv[1]);assert z.testzip() is None;print(len(z.namelist()))',
      work.result?.place ?? '',
    ])
    expect(names.toString().trim()).toBe('6')
    expect(readdirSync(folder)).toEqual(['sanggar.zip'])
  })

  it('stop when cancelled and leave nothing half written', async () => {
    await studio.make({ count: 60 })
    const { id } = (await studio.call('export.start', { folder, as: 'zip', request: { images: 'all' } })) as {
      id: string
    }
    await studio.call('works.cancel', { id })
    expect((await studio.worked(id)).state).toBe('cancelled')
    expect(readdirSync(folder)).toEqual([])
  })

  it('skip and name a damaged picture', async () => {
    const job = await studio.make({ count: 2 })
    const damaged = job.images[0] as string
    const { file, bytes } = filesBelow(studio.dataDirectory).find((one) =>
      one.file.endsWith(`${damaged}.picture`),
    )!
    bytes[bytes.length - 3] = (bytes[bytes.length - 3] as number) ^ 1
    writeFileSync(file, bytes)
    const work = await studio.work('export.start', { folder, request: { images: 'all' } })
    expect(work).toMatchObject({ state: 'done', result: { written: 1, unreadable: [damaged] } })
  })
})

describe('the public gallery', () => {
  it('holds the shared pictures and nothing of the private ones, made anew each time', async () => {
    const job = await studio.make({ prompt: 'hidden prompt', count: 3 })
    const [first, second] = job.images as [string, string]
    expect((await studio.work('gallery.publish', { folder })).result).toMatchObject({ written: 0 })
    await studio.call('images.change', { ids: [first, second], change: { shared: true, title: 'Laut <3' } })
    expect(await studio.call('images.query', { shared: true })).toMatchObject({ total: 2 })
    const publish = () => studio.work('gallery.publish', { folder, author: 'Sari', licence: 'CC0' })
    expect((await publish()).result).toMatchObject({ written: 2 })
    const page = readFileSync(path.join(folder, 'index.html'), 'utf8')
    expect(page).toContain('Laut &lt;3')
    expect(page).not.toMatch(/hidden prompt|https?:/)
    for (const { bytes } of filesBelow(folder)) expect(bytes.includes('hidden prompt')).toBe(false)
    const [picture] = readdirSync(path.join(folder, 'pictures'))
    if (foreignReader) {
      expect(Object.keys(foreignReaderFinds(path.join(folder, 'pictures', picture ?? ''))).sort()).toEqual([
        'XMP-dc:Creator',
        'XMP-dc:Rights',
        'XMP-iptcExt:DigitalSourceType',
      ])
    }
    await studio.call('images.change', { ids: [second], change: { shared: false } })
    expect((await publish()).result).toMatchObject({ written: 1 })
    expect(readdirSync(path.join(folder, 'pictures'))).toEqual([`${first.slice(0, 12)}.jpg`])
  })

  it('does not touch a folder that holds something else', async () => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(path.join(folder, 'index.html'), 'mine')
    const work = await studio.work('gallery.publish', { folder })
    expect(work).toMatchObject({ state: 'failed', failure: { code: 'already-exists' } })
    expect(readFileSync(path.join(folder, 'index.html'), 'utf8')).toBe('mine')
  })
})
