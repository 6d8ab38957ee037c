import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openHarness } from '../testing/studio-harness.ts'
import { createOpenedFiles, filesAmong } from './opened-files.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sanggar-opened-'))
  for (const name of ['a.png', 'b.sanggarbackup', 'c.safetensors', 'notes.txt']) {
    writeFileSync(path.join(folder, name), 'x')
  }
  mkdirSync(path.join(folder, 'folder.png'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('of a command line the files that Sanggar knows are taken, wherever it was typed', () => {
  const typed = [
    '--safe',
    '.',
    'a.png',
    path.join(folder, 'b.sanggarbackup'),
    'notes.txt',
    'folder.png',
    'no.png',
  ]
  expect(filesAmong(typed, folder)).toEqual([
    path.join(folder, 'a.png'),
    path.join(folder, 'b.sanggarbackup'),
  ])
})

test('a page hears that files wait and gets each once, with what it is', async () => {
  const opened = createOpenedFiles()
  const studio = await openHarness(undefined, { opened })
  let heard = 0
  studio.studio().onEvent((name) => {
    if (name === 'host.opened') heard += 1
  })
  opened.open([path.join(folder, 'c.safetensors'), path.join(folder, 'notes.txt'), 'relative.png'])
  opened.open([path.join(folder, 'notes.txt')])
  expect(heard).toBe(1)
  expect(await studio.call('host.openedFiles')).toEqual([
    { path: path.join(folder, 'c.safetensors'), name: 'c.safetensors', kind: 'model' },
  ])
  expect(await studio.call('host.openedFiles')).toEqual([])
  await studio.close()
})
