import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { sealItem } from '../../core/vault/sealed-file.ts'
import { makeOne } from './generation.ts'
import type { Bench } from './many-pictures.ts'
import { type Timing, median, repeat, timed } from './timing.ts'

/** The page that the gallery shows first, as the browser asks for it: all sixty at once. */
export async function thumbnailPage({ bench, say }: Bench): Promise<void> {
  say('page of thumbnails', { ...(await pageTimes(bench)) })
}

async function pageTimes({ studio }: Bench['bench']) {
  const { tiles } = (await studio.call('images.query', { limit: 60 })) as { tiles: { id: string }[] }
  const page = () =>
    Promise.all(
      tiles.map(
        async ({ id }) => (await (await studio.get(`/media/image/${id}?w=320`)).arrayBuffer()).byteLength,
      ),
    )
  const first = await timed(page)
  return { thumbnails: tiles.length, first: Math.round(first.clock), ...(await repeat(20, page)) }
}

/** From the passphrase to an open library, then to the first answer of the gallery, then to its first page. */
export async function unlocking({ bench, say }: Bench): Promise<void> {
  const { studio } = bench
  const passphrase = 'a long passphrase for the bench'
  await studio.call('vault.setPassphrase', { next: passphrase })
  const unlocked: Timing[] = []
  const answered: Timing[] = []
  const shown: Timing[] = []
  let total = 0
  for (let run = 0; run < 5; run++) {
    await studio.call('vault.lock')
    unlocked.push(await timed(() => studio.call('vault.unlock', { passphrase })))
    let ids: string[] = []
    answered.push(
      await timed(async () => {
        const found = (await studio.call('images.query', { limit: 60 })) as {
          total: number
          tiles: { id: string }[]
        }
        total = found.total
        ids = found.tiles.map(({ id }) => id)
      }),
    )
    shown.push(
      await timed(() =>
        Promise.all(ids.map(async (id) => (await studio.get(`/media/image/${id}?w=320`)).arrayBuffer())),
      ),
    )
  }
  await studio.call('vault.setPassphrase', { current: passphrase, next: null })
  const middle = (times: Timing[]) => ({
    clock: Math.round(median(times.map(({ clock }) => clock))),
    processor: Math.round(median(times.map(({ processor }) => processor))),
  })
  say('unlock', {
    pictures: total,
    unlocked: middle(unlocked),
    galleryAnswered: middle(answered),
    pageShown: middle(shown),
  })
}

/** Beside a real generation by the model that ships. */
export async function encryption({ say }: Bench): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sanggar-bench-'))
  try {
    const { png, thumbnail, milliseconds } = await makeOne(path.join(folder, 'real'))
    const key = Buffer.alloc(32, 7)
    const sealing = await repeat(50, () => {
      sealItem(key, 'x.picture', { prompt: 'a boat' }, png)
      sealItem(key, 'x.thumbnail-320', null, thumbnail)
      return Promise.resolve()
    })
    const share = sealing.processor / milliseconds
    say('encryption', { pictureBytes: png.length, generation: milliseconds, sealing, share })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
