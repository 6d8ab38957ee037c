import { describe, expect, test } from 'vitest'
import type { Model } from '../../contract/model'
import { emptyCreateDraft } from './create-draft'
import { cellsOf, numbersOf } from './series'
import type { Series } from './series-draft'
import { styles } from './styles'

const model = {
  id: 'starter',
  name: 'Starter',
  limits: { maximumSteps: 32, schedulers: ['auto', 'euler', 'heun'] },
} as unknown as Model
const other = { ...model, id: 'b', name: 'Other' }
const known = { model, models: [model, other], styles, language: 'en' as const }
const draft = { ...emptyCreateDraft, prompt: 'a red boat, red sea', seed: '7' }
const cells = (series: Partial<Series>, from = draft) => {
  const found = cellsOf({ axis: 'steps', text: '', chosen: [], ...series }, from, known)
  return 'cells' in found ? found.cells : found.problem
}

describe('numbers as people write them', () => {
  test.each([
    ['4, 8,16', [4, 8, 16]],
    ['1-4', [1, 2, 3, 4]],
    ['10-30 (+10)', [10, 20, 30]],
    ['0-1 [5]', [0, 0.25, 0.5, 0.75, 1]],
    ['0.1-0.3 (+0.1)', [0.1, 0.2, 0.3]],
    ['2, 2, 2', [2]],
  ])('%s', (text, numbers) => expect(numbersOf(text)).toEqual(numbers))
  test.each(['four', '1-x', '5-1', '1-2 (+0)', '1..5'])('%s is none', (text) =>
    expect(numbersOf(text)).toBeNull(),
  )
  test('a range without end stays a bounded list', () => {
    expect(numbersOf('0-1000000')?.length).toBeLessThan(50)
  })
})

test('each cell differs in its axis and in nothing else', () => {
  expect(cells({ text: '4, 8' })).toEqual([
    { value: '4', draft: { ...draft, steps: 4 }, model },
    { value: '8', draft: { ...draft, steps: 8 }, model },
  ])
  expect(cells({ axis: 'sampler', chosen: ['heun', 'euler'] })).toMatchObject([
    { draft: { ...draft, scheduler: 'euler' } },
    { draft: { ...draft, scheduler: 'heun' } },
  ])
  expect(cells({ axis: 'model', chosen: ['b', 'starter'] })).toMatchObject([{ model }, { model: other }])
  expect(cells({ axis: 'style', chosen: ['anime', 'oil'] })).toMatchObject([
    { value: 'Anime' },
    { value: 'Oil' },
  ])
})

test('a word takes the place of the first one wherever it stands', () => {
  expect(cells({ axis: 'replace', text: 'red, blue' })).toMatchObject([
    { value: 'red', draft: { prompt: 'a red boat, red sea' } },
    { value: 'blue', draft: { prompt: 'a blue boat, blue sea' } },
  ])
  expect(cells({ axis: 'replace', text: 'green, blue' })).toBe('missing')
})

test('what cannot be made is said', () => {
  expect(cells({ text: '4' })).toBe('few')
  expect(cells({ text: '1, 99' })).toBe('range')
  expect(cells({ text: 'a, b' })).toBe('number')
  expect(cells({ axis: 'strength', text: '0.2, 0.4' })).toBe('image')
  expect(cells({ axis: 'seed', text: '1, -2' })).toBe('number')
  expect(cells({ axis: 'guidance', text: '0-20 (+0.1)' })).toBe('many')
})

test('strength changes the picture that is started from', () => {
  const image = { id: 'p', strength: 0.6 }
  expect(cells({ axis: 'strength', text: '0.2, 0.4' }, { ...draft, image })).toMatchObject([
    { draft: { image: { id: 'p', strength: 0.2 } } },
    { draft: { image: { id: 'p', strength: 0.4 } } },
  ])
})
