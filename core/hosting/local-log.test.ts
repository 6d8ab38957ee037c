import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { logFolder, openLocalLog } from './local-log.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'sanggar-log-'))))
afterEach(() => rmSync(folder, { recursive: true }))

test('codes and numbers are written, words and paths cannot be', () => {
  const log = openLocalLog(folder)
  log.write('job.ended', { state: 'failed', code: 'out-of-memory', milliseconds: 5, retried: true })
  log.write('job.ended', { detail: 'a red cat', path: '/home/x/cat.png', more: { prompt: 'x' } })
  const [first, second] = log.tail(10)
  expect(first).toMatch(/^\S+Z job\.ended state=failed code=out-of-memory milliseconds=5 retried=true$/)
  expect(second).toMatch(/job\.ended detail=\? path=\? more=\?$/)
})

test('it never grows beyond three files, and the newest lines stay', () => {
  const log = openLocalLog(folder)
  for (let line = 0; line < 16_000; line++) log.write('event', { line })
  const files = readdirSync(path.join(folder, logFolder))
  expect(files.sort()).toEqual(['sanggar.log', 'sanggar.log.1', 'sanggar.log.2'])
  for (const file of files) expect(statSync(path.join(folder, logFolder, file)).size).toBeLessThan(263_000)
  expect(log.tail(2).map((line) => line.split(' ').at(-1))).toEqual(['line=15998', 'line=15999'])
})

test('a disk that refuses it stops nothing', () => {
  writeFileSync(path.join(folder, logFolder), 'a file in its place')
  const log = openLocalLog(folder)
  log.write('event')
  expect(log.tail(1)).toEqual([])
})
