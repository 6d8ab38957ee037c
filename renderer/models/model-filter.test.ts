import { expect, test } from 'vitest'
import type { Model } from '../../contract/model'
import { findModels, kindsOf } from './model-filter'

const model = (name: string, more: Partial<Model['passport']>) =>
  ({
    id: name,
    name,
    passport: { kind: 'pipeline', family: 'sd1', detail: '', path: `/m/${name}`, triggerWords: [], ...more },
  }) as Model
const models = [
  model('Photo', { detail: 'SD 1.x UNet' }),
  model('Ink', { kind: 'adapter', triggerWords: ['inkwash'], path: '/loras/ink.safetensors' }),
  model('Clay', { kind: 'adapter', family: 'sdxl' }),
]
const found = (text: string, kind: 'adapter' | '' = '') =>
  findModels(models, { text, kind }).map(({ name }) => name)

test('every word counts, wherever it stands, whatever its case', () => {
  expect(found('')).toEqual(['Photo', 'Ink', 'Clay'])
  expect(found('  SDXL ')).toEqual(['Clay'])
  expect(found('loras INKWASH')).toEqual(['Ink'])
  expect(found('photo sdxl')).toEqual([])
})

test('one kind alone, with words or without', () => {
  expect(found('', 'adapter')).toEqual(['Ink', 'Clay'])
  expect(found('clay', 'adapter')).toEqual(['Clay'])
  expect(kindsOf(models)).toEqual([
    ['pipeline', 1],
    ['adapter', 2],
  ])
})
