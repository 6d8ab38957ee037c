import { expect, test } from 'vitest'
import type { Job } from '../../contract/job'
import { watchFinished } from './finished-news'

const job = (id: string, state: Job['state'], images: string[] = []) =>
  ({ id, state, images }) as unknown as Job

test('says once what became of a queue, when its last job has ended', () => {
  const watch = watchFinished()
  expect(watch([job('old', 'done', ['x'])])).toBe(null)
  expect(watch([job('a', 'running'), job('b', 'queued'), job('c', 'queued')])).toBe(null)
  expect(watch([job('a', 'done', ['1', '2']), job('b', 'running'), job('c', 'queued')])).toBe(null)
  expect(watch([job('a', 'done', ['1', '2']), job('b', 'failed'), job('c', 'running')])).toBe(null)
  const ended = [job('a', 'done', ['1', '2']), job('b', 'failed'), job('c', 'done', ['3'])]
  expect(watch(ended)).toEqual({ pictures: 3, failed: 1 })
  expect(watch(ended)).toBe(null)
})

test('what is stopped by hand is no news', () => {
  const watch = watchFinished()
  watch([job('a', 'running')])
  expect(watch([job('a', 'cancelled')])).toBe(null)
})
