import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Work } from '../../contract/work.ts'
import { dispatch } from '../../contract/rpc.ts'
import { createStudio } from '../create-studio.ts'
import { withText } from '../export/png-chunks.ts'
import type { Studio } from '../studio.ts'
import { createHostDouble, until } from '../testing/host-double.ts'

let double: ReturnType<typeof createHostDouble>
let studio: Studio
let folder: string
const works = new Map<string, Work>()

beforeEach(async () => {
  double = createHostDouble()
  studio = await createStudio(double.host)
  studio.onEvent((name, value) => {
    if (name === 'work.changed') works.set((value as Work).id, value as Work)
  })
  folder = path.join(double.root, 'from')
  mkdirSync(path.join(folder, 'below'), { recursive: true })
})

afterEach(async () => {
  await studio.close()
  double.remove()
})

async function call(name: string, input: unknown = null) {
  const answered = await dispatch(studio.handlers, name, input)
  if (!answered.ok) throw Object.assign(new Error(answered.failure.code), { failure: answered.failure })
  return answered.value as never
}

const picture = async (colour: string, parameters?: string) => {
  const png = await sharp({ create: { width: 24, height: 12, channels: 3, background: colour } })
    .png()
    .toBuffer()
  return parameters === undefined ? png : withText(png, 'parameters', parameters)
}

async function importFolder(): Promise<Work> {
  const { id } = (await call('import.start', { paths: [folder] })) as { id: string }
  return until(() => {
    const work = works.get(id)
    return work !== undefined && work.state !== 'running' && work
  })
}

it('brings a folder in as history, once, and names what it could not read', async () => {
  const settings = 'a made boat\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 42, Size: 24x12'
  writeFileSync(path.join(folder, 'a.png'), await picture('#f00', settings))
  writeFileSync(path.join(folder, 'below', 'b.png'), await picture('#0f0'))
  writeFileSync(path.join(folder, 'below', 'same.png'), await picture('#0f0'))
  writeFileSync(path.join(folder, 'broken.png'), 'no picture')
  writeFileSync(path.join(folder, 'notes.txt'), 'not looked at')

  expect(await importFolder()).toMatchObject({
    state: 'done',
    done: 4,
    total: 4,
    result: { written: 2, duplicates: 1, unreadable: ['broken.png'] },
  })
  const page = (await call('images.query', { text: 'made seed:42' })) as {
    total: number
    tiles: { id: string }[]
  }
  expect(page.total).toBe(1)
  expect(await call('images.get', { id: page.tiles[0]?.id })).toMatchObject({
    origin: 'imported',
    steps: 20,
    scheduler: 'Euler a',
  })
  expect((await importFolder()).result).toMatchObject({ written: 0, duplicates: 3 })
})

it('calls a picture without words by the name of its file, and finds it so', async () => {
  writeFileSync(path.join(folder, 'Danau Toba 2019.png'), await picture('#0aa'))
  writeFileSync(
    path.join(folder, 'danau.png'),
    await picture('#a00', 'a lake\nSteps: 2, Seed: 1, Size: 24x12'),
  )
  await importFolder()
  const { tiles } = (await call('images.query', { text: 'toba' })) as { tiles: { title: string }[] }
  expect(tiles.map(({ title }) => title)).toEqual(['Danau Toba 2019'])
  const told = (await call('images.query', { text: 'lake' })) as { tiles: { title: string }[] }
  expect(told.tiles.map(({ title }) => title)).toEqual([''])
})

it('stops when it is cancelled and keeps what it has', async () => {
  for (let index = 0; index < 40; index++) {
    writeFileSync(path.join(folder, `${index}.png`), await picture(`#0000${(index + 16).toString(16)}`))
  }
  const { id } = (await call('import.start', { paths: [folder] })) as { id: string }
  await until(() => (works.get(id)?.done ?? 0) > 0)
  await call('works.cancel', { id })
  const ended = await until(() => {
    const work = works.get(id)
    return work !== undefined && work.state !== 'running' && work
  })
  expect(ended.state).toBe('cancelled')
  const { total } = (await call('images.query', {})) as { total: number }
  expect(total).toBeGreaterThan(0)
  expect(total).toBeLessThan(40)
})

it('takes a dropped file by its bytes', async () => {
  const post = async () =>
    (
      await studio.handleMedia(
        new Request('http://x/media/import?name=a.png', {
          method: 'POST',
          body: new Uint8Array(await picture('#00f')),
        }),
      )
    ).status
  expect([await post(), await post()]).toEqual([201, 200])
})

it('says when a path is not there', async () => {
  const { id } = (await call('import.start', { paths: [path.join(folder, 'gone')] })) as { id: string }
  const work = await until(() => works.get(id)?.state === 'failed' && works.get(id))
  expect(work).toMatchObject({ failure: { code: 'path-not-found' } })
})
