import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Image } from '../contract/image.ts'
import { isFolder, outputFile, pictureRecord, seedValue } from './write-pictures.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'sanggar-out-'))
afterAll(() => rmSync(folder, { recursive: true }))

const image: Image = {
  id: 'abc',
  origin: 'made',
  width: 256,
  height: 320,
  bytes: 1,
  createdAt: Date.UTC(2026, 10, 22),
  starred: false,
  title: '',
  tags: [],
  note: '',
  prompt: 'a boat',
  negativePrompt: '',
  model: 'starter',
  seed: '7',
  steps: 4,
  milliseconds: 1234.6,
  ignoredWords: [],
}

test('the record that scripts read', () => {
  expect(pictureRecord(image, '/tmp/boat.png')).toEqual({
    id: 'abc',
    file: '/tmp/boat.png',
    width: 256,
    height: 320,
    seed: 7,
    model: 'starter',
    steps: 4,
    milliseconds: 1235,
  })
})

test('seeds that JavaScript numbers cannot hold stay text', () => {
  expect(seedValue('9007199254740991')).toBe(9_007_199_254_740_991)
  expect(seedValue('9007199254740993')).toBe('9007199254740993')
  expect(seedValue('18446744073709551615')).toBe('18446744073709551615')
  expect(seedValue(undefined)).toBeNull()
})

test('names of files', () => {
  expect(outputFile('boat.png', false, image, 0, 1)).toBe('boat.png')
  expect(outputFile('out/boat.png', false, image, 2, 4)).toBe('out/boat-3.png')
  expect(outputFile('out', true, image, 0, 1)).toBe('out/2026-11-22-7-abc.png')
})

test('what is a folder', async () => {
  mkdirSync(path.join(folder, 'odd.png'))
  expect(await isFolder(path.join(folder, 'odd.png'))).toBe(true)
  expect(await isFolder(path.join(folder, 'new.png'))).toBe(false)
  expect(await isFolder(path.join(folder, 'new.JPG'))).toBe(false)
  expect(await isFolder(path.join(folder, 'pictures'))).toBe(true)
  expect(await isFolder(`${path.join(folder, 'new')}/`)).toBe(true)
})
