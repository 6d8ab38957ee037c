import { expect, test } from 'vitest'
import { generateRequestSchema } from '../../contract/generation'
import type { Model } from '../../contract/model'
import { emptyCreateDraft } from './create-draft'
import { styles } from './styles'
import { requestsOf } from './wish'

const model = {
  id: 'starter',
  name: 'Starter',
  passport: { capabilities: ['text-to-image'] },
  limits: { maximumSteps: 32, negativePrompt: true, schedulers: ['auto'] },
} as unknown as Model
const context = {
  model,
  models: [model],
  styles,
  language: 'en' as const,
  newSeed: () => '4711',
  newId: () => 'batch-1',
}
const draft = { ...emptyCreateDraft, prompt: 'a boat' }

test('without a series one request, its seed left open', () => {
  expect(requestsOf(draft, context)).toMatchObject({ requests: [{ prompt: 'a boat' }] })
  expect(requestsOf(draft, context)).not.toHaveProperty('requests.0.seed')
})

test('a series shares its seed and tells its pictures together, as the contract wants them', () => {
  const found = requestsOf({ ...draft, series: { axis: 'steps', text: '2, 4, 8', chosen: [] } }, context)
  if ('problem' in found) throw new Error(found.problem)
  const requests = found.requests.map((request) => generateRequestSchema.parse(request))
  expect(requests.map(({ steps }) => steps)).toEqual([2, 4, 8])
  expect(requests.every(({ seed }) => seed === '4711')).toBe(true)
  expect(requests[1]?.batch).toEqual({ id: 'batch-1', axis: 'steps', index: 1, total: 3, value: '4' })
})

test('over seeds each has its own', () => {
  const found = requestsOf({ ...draft, series: { axis: 'seed', text: '1, 2', chosen: [] } }, context)
  expect(found).toMatchObject({ requests: [{ seed: '1' }, { seed: '2' }] })
})

test('what cannot be made is passed on', () => {
  expect(requestsOf({ ...draft, series: { axis: 'steps', text: '', chosen: [] } }, context)).toEqual({
    problem: 'few',
  })
})
