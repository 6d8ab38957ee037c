import { expect, test } from 'vitest'
import type { Image } from '../../contract/image'
import { exampleName, insideOf } from './export-preview'

const image = {
  id: 'abc',
  origin: 'made',
  width: 256,
  height: 128,
  createdAt: new Date(2026, 10, 5, 7, 8, 9).getTime(),
  prompt: 'a red boat',
  negativePrompt: '',
  model: 'starter',
  seed: '7',
  steps: 8,
  request: { kind: 'generate' },
} as unknown as Image

test('clean is empty, disclosed never has the prompt, reproducible has the settings', () => {
  expect(insideOf(image, 'clean', '1')).toEqual([])
  expect(insideOf(image, 'disclosed', '1')).toEqual([
    { name: 'IPTC DigitalSourceType', value: 'trainedAlgorithmicMedia' },
  ])
  expect(insideOf(image, 'reproducible', '1').map(({ name }) => name)).toEqual([
    'Prompt',
    'Steps',
    'Seed',
    'Size',
    'Model',
    'Version',
  ])
})

test('a picture that was brought in discloses nothing and reproduces nothing', () => {
  const { request: _request, ...rest } = image
  const imported = { ...rest, origin: 'imported' } as Image
  expect(insideOf(imported, 'disclosed', '1')).toEqual([])
  expect(insideOf(imported, 'reproducible', '1')).toEqual([])
})

test('file names', () => {
  expect(exampleName('[date]-[seed]-[number]', image, 'png')).toBe('2026-11-05-7-00001.png')
  expect(exampleName('[what]', image, 'jpg')).toBe('[what].jpg')
})
