import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Job } from '../../contract/job.ts'
import type { RestorePreview } from '../../contract/restore-preview.ts'
import type { RawPicture, RestoreTask } from '../../inference/protocol.ts'
import { type Behaviour, drawFlat, until } from '../testing/host-double.ts'
import { type Harness, filesBelow, openHarness } from '../testing/studio-harness.ts'

const notes = [{ code: 'noise-found', detail: '12.0' }]

/** The part that was asked for, negative: what was cut out of what shows. */
const negative: Behaviour = async (task, say, process) => {
  if (task.kind !== 'restore' || task.window === undefined) return drawFlat(task, say, process)
  const { width, height, left, top } = task.window
  const rgb = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++)
    for (let i = 0; i < width * 3; i++)
      rgb[y * width * 3 + i] = 255 - (task.image.rgb[((top + y) * task.image.width + left) * 3 + i] as number)
  await new Promise((resolve) => setTimeout(resolve, 20))
  if (process.cancelled()) return undefined
  const record = { width, height, executionProvider: 'cpu', milliseconds: 5, peakMemory: 1, notes }
  say({ type: 'picture', picture: 0, image: { width, height, rgb }, record })
  say({ type: 'done' })
}

let studio: Harness
beforeEach(async () => {
  studio = await openHarness(negative)
  const folder = path.join(studio.double.root, 'models', 'restore')
  mkdirSync(folder)
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify({ id: 'restore', name: 'Restore' }))
})
afterEach(() => studio.close())

/** Every pixel says where it is. */
const [width, height] = [800, 600]
async function photo(incognito = false): Promise<string> {
  const data = Buffer.alloc(width * height * 3)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) data.set([x % 256, y % 256, 7], (y * width + x) * 3)
  const png = await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer()
  const { id } = await studio.post(`/media/input?name=a.png${incognito ? '&incognito=1' : ''}`, png)
  return id
}
const preview = (image: string, more: object = {}): Promise<RestorePreview> =>
  studio.call('restore.preview', { image, ...more })
async function shown(address: string): Promise<RawPicture> {
  const answer = await studio.get(address)
  expect([address, answer.status]).toEqual([address, 200])
  const { data, info } = await sharp(Buffer.from(await answer.arrayBuffer()))
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, rgb: new Uint8Array(data) }
}
const statusOf = async (address: string) => (await studio.get(address)).status

describe('a preview of restoring', () => {
  it('is a part of the picture, as it was and restored, and says what was found', async () => {
    const image = await photo()
    const made = await preview(image, { centre: { x: 1, y: 0 }, colour: 'off' })
    const { window } = made
    expect(made.notes).toEqual(notes)
    expect([window.left + window.width, window.top]).toEqual([width, 0])
    const before = await shown(`/media/preview/${made.id}?before=1`)
    const after = await shown(`/media/preview/${made.id}`)
    expect([before.width, before.height]).toEqual([window.width, window.height])
    expect([...before.rgb.subarray(0, 3)]).toEqual([window.left % 256, 0, 7])
    expect([...after.rgb.subarray(0, 3)]).toEqual([255 - (window.left % 256), 255, 248])
    const [task] = studio.double.control.tasks as RestoreTask[]
    expect(task).toMatchObject({ noise: 'auto', jpeg: 'auto', colour: 'off', strength: 1 })
  })

  it('leaves no job, no picture and no file', async () => {
    const image = await photo()
    const files = () => filesBelow(path.join(studio.dataDirectory, 'items')).map(({ file }) => file)
    const before = files()
    await preview(image)
    expect(files()).toEqual(before)
    expect((await studio.call('jobs.list')) as Job[]).toEqual([])
    expect(await studio.call('images.query', {})).toMatchObject({ total: 0 })
  })

  it('ends the one before it, and only the newest is there', async () => {
    const image = await photo()
    const [first, second] = [studio.outcome('restore.preview', { image }), preview(image, { noise: 'on' })]
    expect(await first).toMatchObject({ ok: false, failure: { code: 'cancelled' } })
    const { id } = await second
    expect(await statusOf(`/media/preview/${id}`)).toBe(200)
    const third = await preview(image)
    expect(await statusOf(`/media/preview/${id}`)).toBe(404)
    expect(await statusOf(`/media/preview/${third.id}`)).toBe(200)
  })

  it('is forgotten when it is ended, also before it is made', async () => {
    const image = await photo()
    const { id } = await preview(image)
    const late = studio.failure('restore.preview', { image })
    await studio.call('restore.endPreview')
    expect(await statusOf(`/media/preview/${id}`)).toBe(404)
    expect(await late).toEqual({ code: 'cancelled' })
  })

  it('goes with its picture, its session and the lock', async () => {
    const erased = await photo()
    const one = await preview(erased)
    await studio.call('images.erase', { ids: [erased] })
    expect(await statusOf(`/media/preview/${one.id}`)).toBe(404)
    expect(await studio.failure('restore.preview', { image: erased })).toMatchObject({ code: 'not-found' })

    const two = await preview(await photo(true))
    expect(await statusOf(`/media/preview/${two.id}`)).toBe(200)
    await studio.call('incognito.end')
    expect(await statusOf(`/media/preview/${two.id}`)).toBe(404)

    const three = await preview(await photo())
    await studio.call('vault.setPassphrase', { next: 'a long passphrase' })
    await studio.call('vault.lock')
    expect(await statusOf(`/media/preview/${three.id}`)).toBe(423)
    await studio.call('vault.unlock', { passphrase: 'a long passphrase' })
    expect(await statusOf(`/media/preview/${three.id}`)).toBe(404)
  })

  it('is covered while its picture is', async () => {
    const image = await photo()
    const { id } = await preview(image)
    await studio.call('images.change', { ids: [image], change: { covered: true } })
    expect((await shown(`/media/preview/${id}`)).width).toBe(320)
    expect((await shown(`/media/preview/${id}?shown=1`)).width).toBeGreaterThan(320)
  })

  it('waits for a job that runs, and a crash is said', async () => {
    const image = await photo()
    let finish = () => {}
    const { control } = studio.double
    control.behaviour = (task, say, process) =>
      new Promise((resolve) => {
        finish = () => resolve(drawFlat(task, say, process))
      })
    const { id } = (await studio.call('jobs.submit', {
      kind: 'generate',
      prompt: 'a',
      model: 'starter',
    })) as {
      id: string
    }
    await until(() => control.tasks.length > 0)
    control.behaviour = negative
    let made = false
    const waiting = preview(image).then(() => (made = true))
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(made).toBe(false)
    finish()
    await waiting
    expect((await studio.ended(id)).state).toBe('done')

    control.behaviour = (_task, _say, { die }) => die('SIGKILL')
    expect(await studio.failure('restore.preview', { image })).toEqual({
      code: 'inference-crashed',
      signal: 'SIGKILL',
    })
  })
})
