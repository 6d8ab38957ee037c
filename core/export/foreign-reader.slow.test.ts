import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PictureForm } from '../../contract/export.ts'
import { besidesPixels, everythingFound, foreignReader } from '../testing/foreign-reader.ts'
import { type Harness, openHarness } from '../testing/studio-harness.ts'
import { jpegParts } from './file-parts.ts'
import { withText } from './png-chunks.ts'

/**
 * Every preset in every format for every way in which a picture came about, told by exiftool. The photo is as bad as
 * they come: place, names, camera, a profile, lying on its side, and signed.
 */
let studio: Harness
const ids: Record<string, string> = {}
const prompt = 'perahu “merah”, <b> 日本'

/** A JUMBF box labelled as Content Credentials have it (ISO/IEC 19566-5; C2PA 2.1, A.3.1). */
function credentials(): Buffer {
  const box = (type: string, data: Buffer) => {
    const head = Buffer.alloc(8)
    head.writeUInt32BE(8 + data.length, 0)
    head.write(type, 4, 'latin1')
    return Buffer.concat([head, data])
  }
  const uuid = Buffer.from('6332706100110010800000aa00389b71', 'hex')
  const label = Buffer.concat([uuid, Buffer.from([3]), Buffer.from('c2pa\0')])
  return box('jumb', Buffer.concat([box('jumd', label), box('json', Buffer.from('{"signed":"Sari"}'))]))
}

function withSegment(jpeg: Buffer, marker: number, data: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(2 + data.length, 2)
  return Buffer.concat([jpeg.subarray(0, 2), head, data, jpeg.subarray(2)])
}

async function terriblePhoto(): Promise<Buffer> {
  const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
      photoshop:City="Ubud"><dc:creator><rdf:Seq><rdf:li>Sari</rdf:li></rdf:Seq></dc:creator></rdf:Description>
    </rdf:RDF></x:xmpmeta>`
  const jpeg = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#a52' } })
    .withExif({
      IFD0: { Make: 'Kamera', Model: 'K-1', Artist: 'Sari' },
      IFD2: { DateTimeOriginal: '2026:01:02 03:04:05', LensModel: '35mm', BodySerialNumber: '123456' },
      IFD3: { GPSLatitudeRef: 'S', GPSLatitude: '6/1 12/1 0/1' },
    })
    .withXmp(xmp)
    .withMetadata({ orientation: 6 })
    .withIccProfile('p3')
    .jpeg()
    .toBuffer()
  const segment = Buffer.concat([Buffer.from('JP'), Buffer.from([0, 1, 0, 0, 0, 1]), credentials()])
  return withSegment(jpeg, 0xeb, segment)
}

beforeAll(async () => {
  studio = await openHarness()
  const photo = await terriblePhoto()
  expect(jpegParts(photo).map(({ kind }) => kind)).toEqual(expect.arrayContaining(['APP1', 'APP2', 'APP11']))
  ids['imported'] = (await studio.post('/media/import?name=liburan.jpg', photo)).id
  const plain = await sharp({ create: { width: 30, height: 20, channels: 3, background: '#246' } })
    .png()
    .toBuffer()
  const parameters = `${prompt}\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 9, Size: 30x20, Model: x`
  ids['drawn'] = (await studio.post('/media/import?name=x.png', withText(plain, 'parameters', parameters))).id
  const one = async (request: object) => {
    const job = await studio.make(request)
    expect(job.state).toBe('done')
    return job.images[0] ?? ''
  }
  ids['made'] = await one({ prompt, negativePrompt: 'kabur', seed: '5' })
  ids['edited'] = await one({ prompt, seed: '6', image: { id: ids['imported'], strength: 0.5 } })
  ids['enhanced'] = await one({ kind: 'upscale', scale: 2, model: 'starter', image: ids['imported'] })
})
afterAll(() => studio.close())

it('the photo that comes in says all of it, and the library notes of what kinds it was', async () => {
  expect(await studio.call('images.get', { id: ids['imported'] })).toMatchObject({
    width: 40, // upright
    height: 60,
    brought: ['camera', 'person', 'place', 'provenance', 'time'],
  })
})

const sources: Record<string, string | undefined> = {
  made: 'trainedAlgorithmicMedia',
  edited: 'compositeWithTrainedAlgorithmicMedia',
  enhanced: 'algorithmicallyEnhanced',
  imported: undefined,
  drawn: 'trainedAlgorithmicMedia', // brought in, with the settings of another program
}
const origins = Object.keys(sources)
/** those whose settings are known */
const settled: ReadonlySet<string> = new Set(['made', 'edited', 'drawn'])
const presets = ['clean', 'reproducible', 'disclosed'] as const
const formats: Record<PictureForm['format'], string> = { png: 'png', jpeg: 'jpg', webp: 'webp', avif: 'avif' }

describe.skipIf(!foreignReader).each(Object.entries(formats))(
  '%s, as exiftool reads it',
  (format, extension) => {
    it('carries what each preset promises of each kind of picture, and nothing of the photo', async () => {
      const folder = studio.folder(format)
      for (const origin of origins) {
        for (const metadata of presets) {
          const request = { images: [ids[origin]], format, metadata, pattern: `${origin}-${metadata}` }
          expect(await studio.work('export.start', { folder, request })).toMatchObject({ state: 'done' })
        }
      }
      const read = new Map(
        everythingFound(folder).map((found) => [path.basename(String(found['SourceFile'])), found]),
      )
      for (const origin of origins) {
        for (const metadata of presets) {
          const name = `${origin}-${metadata}.${extension}`
          const everything = read.get(name) ?? {}
          const found = besidesPixels(everything)
          const source = sources[origin]
          if (metadata === 'disclosed' && source !== undefined) {
            const value = `http://cv.iptc.org/newscodes/digitalsourcetype/${source}`
            expect([name, found]).toEqual([name, { 'XMP-iptcExt:DigitalSourceType': value }])
          } else if (metadata === 'reproducible' && settled.has(origin)) {
            const field = format === 'png' ? 'PNG:Parameters' : 'ExifIFD:UserComment'
            expect([name, Object.keys(found)]).toEqual([name, [field]])
            expect(found[field]).toContain(`${prompt}\n`)
          } else expect([name, found]).toEqual([name, {}])
          // Whatever the preset: nothing of the photo, and pixels that need no hint to stand upright.
          const fields = Object.keys(everything).join(' ')
          const forbidden = /GPS|ICC|ProfileDesc|JUMBF|C2PA|Make|Serial|City|DateTimeOriginal|Artist/
          expect([name, forbidden.exec(fields)?.[0]]).toEqual([name, undefined])
          expect([name, /Sari|Ubud|Kamera|123456/.exec(JSON.stringify(everything))?.[0]]).toEqual([
            name,
            undefined,
          ])
          // libvips writes the orientation that needs no turning beside a comment.
          expect([name, everything['IFD0:Orientation'] ?? 'Horizontal (normal)']).toEqual([
            name,
            'Horizontal (normal)',
          ])
          if (origin === 'imported') expect(everything['Composite:ImageSize']).toBe('40x60')
        }
      }
    })
  },
)

it.skipIf(!foreignReader)('and it would see each of these: it finds them in the photo', async () => {
  mkdirSync(studio.folder('in'), { recursive: true })
  const file = path.join(studio.folder('in'), 'photo.jpg')
  writeFileSync(file, await terriblePhoto())
  const names = Object.keys(everythingFound(file)[0] ?? {}).join(' ')
  for (const what of [
    /GPS:GPSLatitude/,
    /ICC/,
    /JUMBF|C2PA/,
    /Orientation/,
    /Make/,
    /Serial/,
    /City/,
    /Artist/,
  ]) {
    expect(names).toMatch(what)
  }
})
