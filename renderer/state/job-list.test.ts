import { expect, test } from 'vitest'
import type { Job } from '../../contract/job'
import { endedJobs, isEnded, putJob, runningJob, waitingJobs } from './job-list'

const job = (id: string, state: Job['state'], position: number, endedAt?: number) =>
  ({ id, state, position, createdAt: position, ...(endedAt !== undefined && { endedAt }) }) as Job

test('a changed job replaces itself and takes its new place', () => {
  const jobs = [job('a', 'running', 1), job('b', 'queued', 2), job('c', 'queued', 3)]
  const moved = putJob(jobs, job('c', 'queued', 1.5))
  expect(moved.map(({ id }) => id)).toEqual(['a', 'c', 'b'])
  expect(waitingJobs(moved).map(({ id }) => id)).toEqual(['c', 'b'])
  expect(runningJob(moved)?.id).toBe('a')
})

test('ended jobs come latest first', () => {
  const jobs = [
    job('a', 'done', 1, 100),
    job('b', 'failed', 2, 300),
    job('c', 'cancelled', 3, 200),
    job('d', 'running', 4),
  ]
  expect(endedJobs(jobs).map(({ id }) => id)).toEqual(['b', 'c', 'a'])
  expect(jobs.map(isEnded)).toEqual([true, true, true, false])
})
