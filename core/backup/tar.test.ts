import { expect, test } from 'vitest'
import { readTar, tarEnd, tarHeader, tarPadding } from './tar.ts'

const data = Buffer.from('x')
const entry = Buffer.concat([tarHeader('a', data.length, new Date(0)), data, tarPadding(data.length)])

/** Whether what the archive comes from was told that nobody reads on. */
async function closedAfter(archive: Buffer, stopEarly = false): Promise<boolean> {
  let closed = false
  async function* source() {
    try {
      for (let from = 0; from < archive.length; from += 512) yield archive.subarray(from, from + 512)
    } finally {
      closed = true
    }
  }
  try {
    for await (const { name } of readTar(source(), 1 << 20)) if (stopEarly && name === 'a') break
  } catch {
    // What is wrong with the archive is not asked here.
  }
  return closed
}

test('the file behind an archive is closed when it is whole, when it is broken, and when nobody reads on', async () => {
  const whole = Buffer.concat([entry, tarEnd])
  expect(await closedAfter(whole)).toBe(true)
  expect(await closedAfter(Buffer.concat([entry, Buffer.alloc(512, 7), tarEnd]))).toBe(true)
  expect(await closedAfter(Buffer.concat([entry, entry, tarEnd]), true)).toBe(true)
})
