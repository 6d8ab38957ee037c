import { expect, test } from 'vitest'
import type { Model } from '../../contract/model'
import { usualOf } from './use-task-model'

const model = (id: string, capability: string, state = 'ready') =>
  ({ id, state, passport: { capabilities: [capability] } }) as Model
const models = [
  model('2x', 'upscale'),
  model('4x', 'upscale'),
  model('old', 'face', 'missing'),
  model('gfpgan', 'face'),
  model('codeformer', 'face'),
]

test.each([
  // [task, what the settings name, what is usual]
  ['upscale', '', ''],
  ['upscale', '4x', '4x'],
  ['upscale', 'gone', ''],
  ['face', '', 'gfpgan'],
  ['face', 'codeformer', 'codeformer'],
  // Its drive is away: the first that is here does it meanwhile.
  ['face', 'old', 'gfpgan'],
  ['cutout', '', ''],
] as const)('%s with "%s" named is done by "%s"', (task, named, usual) =>
  expect(usualOf(task, models, named)).toBe(usual),
)
