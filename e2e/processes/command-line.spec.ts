import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { expect, test } from '@playwright/test'
import sharp from 'sharp'
import { deviation, pixelsOf, textChunks, writeDisc } from '../pictures.ts'
import { type Home, filesBelow, freshHome, root, sanggar, serve } from '../sanggar-process.ts'

let home: Home
let place: (name: string) => string
test.beforeEach(() => {
  home = freshHome()
  mkdirSync(home.home, { recursive: true })
  place = (name) => path.join(home.home, name)
})
test.afterEach(() => home.remove())

const prompt = 'a red boat on a calm sea at sunset'

test('the same prompt and seed give the same picture, and the record that scripts read', async () => {
  const first = await sanggar(home, ['generate', prompt, '--seed', '7', '--out', place('boat.png'), '--json'])
  expect(first.error).toBe('')
  expect(first.code).toBe(0)
  expect(first.lines).toHaveLength(1)
  expect(first.lines[0]).toMatchObject({
    file: place('boat.png'),
    // drawn at 256, enlarged as the model's manifest asks
    width: 512,
    height: 512,
    seed: 7,
    model: 'starter',
  })
  expect(first.lines[0]?.['steps']).toBeGreaterThan(0)
  expect(first.lines[0]?.['milliseconds']).toBeGreaterThan(0)
  const again = await sanggar(home, [
    'generate',
    prompt,
    '--seed',
    '7',
    '--out',
    place('again.png'),
    '--json',
  ])
  const other = await sanggar(home, [
    'generate',
    prompt,
    '--seed',
    '8',
    '--out',
    place('other.png'),
    '--json',
  ])
  expect([again.code, other.code]).toEqual([0, 0])
  const [boat, same, different] = await Promise.all(
    ['boat.png', 'again.png', 'other.png'].map((name) => pixelsOf(place(name))),
  )
  expect(deviation(boat as never)).toBeGreaterThan(10)
  expect(same?.data.equals(boat?.data ?? Buffer.alloc(0))).toBe(true)
  expect(different?.data.equals(boat?.data ?? Buffer.alloc(0))).toBe(false)
  expect(textChunks(place('boat.png'))).toEqual([])
})

test('several pictures, other formats, settings in the file when asked', async () => {
  const made = await sanggar(home, [
    'generate',
    prompt,
    '--seed',
    '18446744073709551614',
    '--count',
    '2',
    '--out',
    place('set.webp'),
    '--json',
  ])
  expect(made.error).toBe('')
  expect(made.lines.map(({ seed }) => seed)).toEqual(['18446744073709551614', '18446744073709551615'])
  for (const name of ['set-1.webp', 'set-2.webp']) {
    expect((await sharp(readFileSync(place(name))).metadata()).format).toBe('webp')
  }
  const open = await sanggar(home, [
    'generate',
    prompt,
    '--seed',
    '3',
    '--out',
    place('open.png'),
    '--metadata',
    'reproducible',
  ])
  expect(open.code).toBe(0)
  expect(textChunks(place('open.png')).join('\n')).toMatch(/^parameters\0.*a red boat[^]*Seed: 3/)
})

test('list, export, delete, delete all: the same library from one command to the next', async () => {
  const made = await sanggar(home, ['generate', prompt, '--count', '3', '--json'])
  const ids = made.lines.map(({ id }) => String(id))
  const list = await sanggar(home, ['library', 'list', '--json'])
  expect(list.lines.map(({ id }) => String(id)).toSorted()).toEqual(ids.toSorted())
  expect(list.lines[0]).toMatchObject({ prompt, model: 'starter', width: 512 })

  const exported = await sanggar(home, ['library', 'export', place('all'), '--list', '--json'])
  expect(exported.lines[0]).toMatchObject({ written: 3 })
  const files = filesBelow(place('all'))
  expect(files.filter((name) => name.endsWith('.png'))).toHaveLength(3)
  expect(JSON.parse(readFileSync(place('all/pictures.json'), 'utf8'))).toHaveLength(3)

  expect((await sanggar(home, ['library', 'delete', ids[0] ?? ''])).code).toBe(0)
  expect((await sanggar(home, ['library', 'list', '--json'])).lines).toHaveLength(2)
  expect((await sanggar(home, ['library', 'list', '--trash', '--json'])).lines.map(({ id }) => id)).toEqual([
    ids[0],
  ])
  expect((await sanggar(home, ['library', 'delete', ids[1] ?? '', '--erase'])).out).toMatch(/^erased: /)

  const refused = await sanggar(home, ['library', 'delete-all'])
  expect(refused).toMatchObject({ code: 2, out: '' })
  expect((await sanggar(home, ['library', 'list', '--json'])).lines).toHaveLength(1)
  const emptied = await sanggar(home, ['library', 'delete-all', '--yes', '--json'])
  expect(emptied.lines[0]).toMatchObject({ keyDestroyed: true })
  expect((await sanggar(home, ['library', 'list', '--json'])).lines).toEqual([])
  expect(filesBelow(place('all'))).toEqual(files)
})

test('a picture given is the picture started from', async () => {
  await writeDisc(place('disc.png'))
  // 320 x 240, and the model draws one size
  const adjusted = 'note: the size was adjusted to 256 x 256\n'
  const near = await sanggar(home, [
    'edit',
    place('disc.png'),
    prompt,
    '--strength',
    '0.2',
    '--seed',
    '1',
    '--out',
    place('near.png'),
    '--json',
  ])
  expect(near.error).toBe(adjusted)
  const far = await sanggar(home, [
    'generate',
    prompt,
    '--image',
    place('disc.png'),
    '--strength',
    '1',
    '--seed',
    '1',
    '--out',
    place('far.png'),
  ])
  expect(far.error).toBe(adjusted)
  const distance = async (name: string) => {
    const size = { width: 64, height: 64, fit: 'cover' as const }
    const [first, second] = await Promise.all(
      [place(name), place('disc.png')].map((file) => sharp(file).removeAlpha().resize(size).raw().toBuffer()),
    )
    return (first ?? Buffer.alloc(0)).reduce(
      (sum, value, index) => sum + Math.abs(value - (second?.[index] ?? 0)),
      0,
    )
  }
  expect(await distance('near.png')).toBeLessThan((await distance('far.png')) * 0.7)
})

test('models: what there is, and what a path is', async () => {
  const list = await sanggar(home, ['models', 'list', '--json'])
  expect(list.lines).toContainEqual(expect.objectContaining({ id: 'starter', state: 'ready', builtIn: true }))
  const starter = await sanggar(home, ['models', 'inspect', path.join(root, 'models', 'starter'), '--json'])
  expect(starter.lines[0]).toMatchObject({ runs: true, layout: 'onnx-folder', family: 'starter' })
  const text = await sanggar(home, ['models', 'inspect', path.join(root, 'README.md'), '--json'])
  expect(text.lines[0]).toMatchObject({ runs: false, capabilities: [] })
  const missing = await sanggar(home, ['models', 'inspect', place('nothing')])
  expect(missing.error).toMatch(/^path-not-found: /)
  expect(missing.code).toBe(1)
})

test('privacy report: what is held and what left', async () => {
  const report = await sanggar(home, ['privacy', 'report', '--json'])
  expect(report.lines[0]).toMatchObject({ dataDirectory: home.data, seal: { allowed: 0, blocked: 0 } })
  const ledger = report.lines[0]?.['ledger'] as { category: string; held: boolean; why: string }[]
  expect(ledger.filter(({ why }) => why.length < 10)).toEqual([])
  for (const category of ['account', 'payment', 'device', 'cookies', 'shared-with-others']) {
    expect(ledger.find((row) => row.category === category)?.held).toBe(false)
  }
})

test.describe('bad input gets a typed error in plain words and no crash', () => {
  const starter = path.join(root, 'models', 'starter')

  async function refused(parameters: string[], line: RegExp, code: number) {
    const result = await sanggar(home, parameters)
    expect(result.error).toMatch(line)
    expect(result.error).not.toMatch(/\n\s+at |internal:|Error:/)
    expect(result.code).toBe(code)
  }

  test('unknown model', () =>
    refused(['generate', prompt, '--model', 'nobody'], /^model-not-found: .*nobody/, 1))

  test('folder without model_index.json', async () => {
    mkdirSync(place('empty'))
    writeFileSync(place('empty/readme.txt'), 'nothing')
    await refused(
      ['generate', prompt, '--model', place('empty')],
      /^model-(folder-incomplete|unsupported): /,
      1,
    )
  })

  test('truncated ONNX file', async () => {
    cpSync(starter, place('broken'), { recursive: true })
    const file = place('broken/transformer/model.onnx')
    expect(existsSync(file)).toBe(true)
    truncateSync(file, 1000)
    await refused(
      ['generate', prompt, '--model', place('broken')],
      /^model-(damaged|unsupported|folder-incomplete): /,
      1,
    )
  })

  test('sizes 0 and 100000, steps -1, strength 2, a seed of letters', async () => {
    await refused(['generate', prompt, '--size', '0'], /^invalid-request: width must be at least 16/, 2)
    await refused(
      ['generate', prompt, '--size', '100000x100000'],
      /^invalid-request: width must be at most 8192/,
      2,
    )
    await refused(['generate', prompt, '--steps', '-1'], /^invalid-request: steps must be at least 1/, 2)
    await refused(['generate', prompt, '--seed', 'abc'], /^invalid-request: seed/, 2)
    await writeDisc(place('disc.png'))
    const image = ['--image', place('disc.png'), '--strength', '2']
    await refused(['generate', prompt, ...image], /^invalid-request: image.strength must be at most 1/, 2)
  })

  test('a text file as a picture', async () => {
    writeFileSync(place('note.png'), 'this is no picture\n'.repeat(100))
    await refused(['edit', place('note.png'), prompt], /^picture-unreadable: /, 1)
    copyFileSync(path.join(root, 'package.json'), place('package.jpg'))
    await refused(['upscale', place('package.jpg')], /^picture-unreadable: /, 1)
  })

  test('a picture of 50 megapixels', async () => {
    const create = { width: 10_000, height: 5000, channels: 3, background: '#808080' } as const
    await sharp({ create }).png({ compressionLevel: 1 }).toFile(place('large.png'))
    const result = await sanggar(home, [
      'generate',
      prompt,
      '--image',
      place('large.png'),
      '--out',
      place('small.png'),
    ])
    expect(result).toMatchObject({ code: 0 })
    expect((await pixelsOf(place('small.png'))).width).toBeLessThanOrEqual(1024)
    // What would come out is counted before any of it is computed.
    await refused(
      ['upscale', place('large.png'), '--scale', '4'],
      /^enlargement-too-large: 40000 x 20000 /,
      1,
    )
  })

  test('an app that is ended before its library is open', async () => {
    const app = await serve(home)
    await app.stop()
    expect((await sanggar(home, ['library', 'list'])).code).toBe(0)
  })

  test('a library that is in use', async () => {
    const app = await serve(home)
    await refused(['library', 'list'], /^library-busy: another Sanggar is using the library/, 1)
    await app.stop()
    expect((await sanggar(home, ['library', 'list'])).code).toBe(0)
  })
})
