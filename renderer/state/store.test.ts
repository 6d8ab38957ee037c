import { expect, test } from 'vitest'
import { createStore } from './store'

test('listeners hear changes only, and stop when asked', () => {
  const store = createStore(1)
  let heard = 0
  const stop = store.subscribe(() => heard++)
  store.set(1)
  expect(heard).toBe(0)
  store.change((value) => value + 1)
  expect(store.get()).toBe(2)
  expect(heard).toBe(1)
  stop()
  store.set(5)
  expect(heard).toBe(1)
})
