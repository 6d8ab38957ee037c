import { setTimeout as wait } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { type ArchiveEntry, archiveStream } from './export-archive.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const megabyte = 1 << 20

async function* pictures(count: number): AsyncGenerator<ArchiveEntry> {
  for (let index = 0; index < count; index++) {
    yield { name: `${index}.png`, content: Buffer.alloc(megabyte, index), at: new Date(0) }
  }
}

it('holds a few pictures, whatever their number and however slowly they are read', async () => {
  collect()
  const before = process.memoryUsage().arrayBuffers
  let highest = 0
  let read = 0
  for await (const piece of archiveStream(pictures(120))) {
    const length = (piece as Buffer).length
    if (Math.floor((read + length) / (8 * megabyte)) > Math.floor(read / (8 * megabyte))) {
      await wait(5)
      collect()
      highest = Math.max(highest, process.memoryUsage().arrayBuffers - before)
    }
    read += length
  }
  expect(read).toBeGreaterThan(120 * megabyte)
  expect(highest).toBeLessThan(24 * megabyte)
})

it('ends its source when nobody reads on', async () => {
  let ended = false
  async function* watched(): AsyncGenerator<ArchiveEntry> {
    try {
      yield* pictures(50)
    } finally {
      ended = true
    }
  }
  const stream = archiveStream(watched())
  for await (const _ of stream) break
  await wait(50)
  expect([stream.destroyed, ended]).toEqual([true, true])
})
