import { expect, test } from 'vitest'
import { modelOptions } from '../../contract/model'
import { en } from './en'
import { id } from './id'

const sources = import.meta.glob<string>('../**/*.{ts,tsx}', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const code = Object.entries(sources).filter(
  ([path]) => !/\.test\.tsx?$|\/locales\/|^\.\/(en|id)\//.test(path),
)

test('no words stand outside the catalogues', () => {
  const found = code
    .filter(([path]) => path.endsWith('.tsx'))
    .flatMap(([path, source]) => {
      const children = [...source.matchAll(/<[a-z][^<>]*>\s*([A-Z][\p{L} ,.]{2,})\s*</gu)].map(
        (match) => match[1],
      )
      const attributes = [...source.matchAll(/\b(?:aria-label|title|placeholder|alt|label)="([^"]+)"/g)].map(
        (match) => match[1],
      )
      return [...children, ...attributes].map((words) => `${path}: ${words}`)
    })
  expect(found).toEqual([])
})

test('every text of the catalogues is used', () => {
  const all = code.map(([, source]) => source).join('\n')
  /** t(`stage.${name}`): everything that begins so is used. */
  const families = [...all.matchAll(/`([a-z][\w.-]*[.])\$\{/gi)].map((match) => match[1] ?? '')
  const unused = Object.keys(en).filter(
    (key) =>
      !all.includes(`'${key}'`) &&
      !families.some((family) => key.startsWith(family)) &&
      !key.startsWith('error.') &&
      // what is said in the end of a failure
      !key.startsWith('damage.'),
  )
  expect(unused).toEqual([])
})

test('what a failure may name of a model has words', () => {
  for (const catalogue of [en, id]) {
    for (const option of [...modelOptions, 'adapters'])
      expect(catalogue).toHaveProperty([`capability.${option}`])
  }
})
