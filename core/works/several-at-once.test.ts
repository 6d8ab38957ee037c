import { expect, it } from 'vitest'
import { severalAtOnce } from './several-at-once.ts'

const pause = () => new Promise((resolve) => setTimeout(resolve, 1))

it('does all of it, never more than so many at a time', async () => {
  let running = 0
  let most = 0
  const done: number[] = []
  await severalAtOnce([1, 2, 3, 4, 5, 6, 7], 3, async (value) => {
    running += 1
    most = Math.max(most, running)
    await pause()
    running -= 1
    done.push(value)
  })
  expect(done.sort((left, right) => left - right)).toEqual([1, 2, 3, 4, 5, 6, 7])
  expect(most).toBe(3)
})

it('throws the first failure, begins nothing after it, and leaves nothing running', async () => {
  let running = 0
  const begun: number[] = []
  const work = async (value: number) => {
    begun.push(value)
    running += 1
    await pause()
    running -= 1
    if (value === 2) throw new Error('two')
  }
  await expect(severalAtOnce([1, 2, 3, 4, 5, 6], 2, work)).rejects.toThrow('two')
  expect(running).toBe(0)
  expect(begun).not.toContain(6)
  await severalAtOnce([], 2, work)
})
