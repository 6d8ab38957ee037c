import { expect, test } from 'vitest'
import { recoverPage } from './recovery.ts'

type Gone = (event: unknown, details: { reason: string }) => void

function page() {
  let reloads = 0
  let now = 0
  let gone: Gone = () => undefined
  const contents = {
    on(name: string, listener: Gone) {
      if (name === 'render-process-gone') gone = listener
      return contents
    },
    reload: () => (reloads += 1),
  }
  recoverPage(contents as never, () => now)
  return {
    die: (reason: string) => gone({}, { reason }),
    wait: (milliseconds: number) => (now += milliseconds),
    reloads: () => reloads,
  }
}

test('a page that died is loaded anew, one that was closed is not', () => {
  const { die, reloads } = page()
  die('clean-exit')
  expect(reloads()).toBe(0)
  die('oom')
  expect(reloads()).toBe(1)
})

test('dying again and again ends after three times a minute', () => {
  const { die, wait, reloads } = page()
  for (let time = 0; time < 6; time++) die('crashed')
  expect(reloads()).toBe(3)
  wait(61_000)
  die('crashed')
  expect(reloads()).toBe(4)
})
