import { copyFileSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createStudio } from '../create-studio.ts'
import { type Harness, openHarness } from '../testing/studio-harness.ts'

let studio: Harness
let pictures: string[]

beforeEach(async () => {
  studio = await openHarness()
  pictures = (await studio.make({ prompt: 'a boat', count: 3 })).images
})

afterEach(async () => {
  await studio.close()
})

const fileOf = (id: string, part = 'picture') =>
  path.join(studio.dataDirectory, 'items', id.slice(0, 2), `${id}.${part}`)

function flip(file: string, at: number): void {
  const bytes = readFileSync(file)
  bytes[at] = (bytes[at] as number) ^ 1
  writeFileSync(file, bytes)
}

const status = async (id: string) => {
  const response = await studio.get(`/media/image/${id}`)
  return response.ok ? 'opens' : ((await response.json()) as { code: string; id?: string })
}

describe('one wrong byte in a sealed file', () => {
  it('is found wherever it is, names the item, and leaves the others and the file alone', async () => {
    const [id = '', other = ''] = pictures
    const file = fileOf(id)
    const whole = readFileSync(file)
    const headerEnd = 9 + 12 + whole.readUInt32LE(5) + 16
    const places = {
      magic: 0,
      'version (a downgrade)': 4,
      'header length': 5,
      nonce: 9,
      header: 30,
      'header tag': headerEnd - 1,
      body: headerEnd,
      'body tag': whole.length - 1,
    }
    for (const [name, at] of Object.entries(places)) {
      flip(file, at)
      const damaged = readFileSync(file)
      expect([name, await status(id)]).toEqual([name, { code: 'item-damaged', id: `${id}.picture` }])
      expect([name, await status(other)]).toEqual([name, 'opens'])
      expect(readFileSync(file).equals(damaged)).toBe(true)
      writeFileSync(file, whole)
    }
    expect(await status(id)).toBe('opens')
  })

  it('is found at every length that the file may be cut to, and in another item put in its place', async () => {
    const [id = '', other = ''] = pictures
    const whole = readFileSync(fileOf(id))
    for (const length of [0, 4, 9, 21, 60, whole.length - 17, whole.length - 1]) {
      writeFileSync(fileOf(id), whole.subarray(0, length))
      expect([length, await status(id)]).toMatchObject([length, { code: 'item-damaged' }])
    }
    copyFileSync(fileOf(other), fileOf(id))
    expect(await status(id)).toMatchObject({ code: 'item-damaged' })
    renameSync(fileOf(id), `${fileOf(id)}.away`)
    expect(await status(id)).toMatchObject({ code: 'item-damaged' })
    renameSync(`${fileOf(id)}.away`, fileOf(id))
    writeFileSync(fileOf(id), whole)
  })

  it('in a thumbnail is no loss: it is made again', async () => {
    const [id = ''] = pictures
    flip(fileOf(id, 'thumbnail-320'), 40)
    expect((await studio.get(`/media/image/${id}?w=320`)).status).toBe(200)
    await studio.stop()
    await studio.start()
    expect(await studio.call('images.query', {})).toMatchObject({ total: 3 })
  })

  it('survives restarts: a damaged picture is neither removed nor replaced at the start', async () => {
    const [id = ''] = pictures
    flip(fileOf(id), 30)
    const damaged = readFileSync(fileOf(id))
    await studio.stop()
    await studio.start()
    expect(readFileSync(fileOf(id)).equals(damaged)).toBe(true)
    expect(await studio.call('images.query', {})).toMatchObject({ total: 3 })
  })
})

describe('a damaged vault', () => {
  /** What opening says now; the vault must be as it was afterwards. */
  async function opening(): Promise<string> {
    try {
      const opened = await createStudio(studio.double.host)
      await opened.close()
      return 'opens'
    } catch (error) {
      return (error as { failure?: { code: string } }).failure?.code ?? String(error)
    }
  }

  it('with one wrong byte anywhere in its description or its key is a typed error, and nothing is overwritten', async () => {
    await studio.stop()
    for (const [name, code] of [
      ['vault.json', 'library-damaged'],
      ['vault.key', 'vault-key-damaged'],
    ] as const) {
      const file = path.join(studio.dataDirectory, name)
      const whole = readFileSync(file)
      for (let at = 0; at < whole.length; at += 3) {
        flip(file, at)
        const damaged = readFileSync(file)
        expect([name, at, await opening()]).toEqual([name, at, code])
        expect(readFileSync(file).equals(damaged)).toBe(true)
        writeFileSync(file, whole)
      }
    }
    await studio.start()
    expect(await status(pictures[0] as string)).toBe('opens')
  })

  it('whose passphrase was being changed when the power went keeps no half key beside it, nor is one overlooked later', async () => {
    await studio.call('vault.setPassphrase', { next: 'correct horse' })
    await studio.stop()
    const halves = ['vault.key.0a1b2c3d.unfinished', 'vault.json.0a1b2c3d.unfinished']
    for (const name of halves) writeFileSync(path.join(studio.dataDirectory, name), Buffer.alloc(32, 7))
    const others = ['vault.key.unfinished.txt', 'my vault.key.0a1b2c3d.unfinished']
    for (const name of others) writeFileSync(path.join(studio.dataDirectory, name), 'mine')
    await studio.start()
    const names = readdirSync(studio.dataDirectory)
    for (const name of halves) expect(names).not.toContain(name)
    for (const name of others) expect(names).toContain(name)
    expect((await studio.failure('images.query', {}))?.code).toBe('vault-locked')
    await studio.call('vault.unlock', { passphrase: 'correct horse' })
  })

  it('with a short key is a damaged key, with none a missing one', async () => {
    await studio.stop()
    const file = path.join(studio.dataDirectory, 'vault.key')
    const whole = readFileSync(file)
    writeFileSync(file, whole.subarray(0, 31))
    expect(await opening()).toBe('vault-key-damaged')
    rmSync(file)
    expect(await opening()).toBe('vault-key-missing')
    writeFileSync(file, whole)
    await studio.start()
  })

  it('with one wrong byte in any page of its database says so, at the start or when it is met', async () => {
    await studio.stop()
    const file = path.join(studio.dataDirectory, 'library.db')
    const whole = readFileSync(file)
    const seen = new Set<string>()
    for (let at = 100; at < whole.length; at += 4096) {
      flip(file, at)
      try {
        await studio.start()
        for (const [name, input] of [
          ['images.query', { text: 'boat' }],
          ['jobs.list', null],
          ['settings.get', null],
          ['privacy.ledger', null],
          ['images.get', { id: pictures[0] }],
        ] as const) {
          seen.add((await studio.failure(name, input))?.code ?? 'opens')
        }
        await studio.stop()
      } catch (error) {
        seen.add((error as { failure?: { code: string } }).failure?.code ?? String(error))
      }
      writeFileSync(file, whole)
    }
    expect([...seen].sort()).toEqual(['library-damaged', 'opens'])
    await studio.start()
    expect(await status(pictures[0] as string)).toBe('opens')
    expect(statSync(file).size).toBeGreaterThanOrEqual(whole.length)
  })
})
