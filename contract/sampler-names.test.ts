import { expect, test } from 'vitest'

import { samplerIdOf, samplerName, samplerNames } from './sampler-names.ts'

test('every name and id leads back to its id', () => {
  for (const [id, name] of Object.entries(samplerNames)) {
    expect(samplerIdOf(id)).toBe(id)
    expect(samplerIdOf(name)).toBe(id)
  }
})

test.each([
  ['DPM++ 2M Karras', 'dpmpp-2m-karras'],
  ['Euler a', 'euler-a'],
  ['euler_ancestral', 'euler-a'],
  ['k_euler_a', 'euler-a'],
  ['dpmpp_2m', 'dpmpp-2m'],
  ['dpmpp_2m_k', 'dpmpp-2m-karras'],
  ['dpmpp_2m_sde_gpu', 'dpmpp-2m-sde'],
  ['dpm_2_ancestral', 'dpm2-a'],
  ['uni_pc', 'unipc'],
  ['uni_pc_bh2', 'unipc'],
  ['DPM++ 2S a', 'dpmpp-2s'],
  ['PLMS', 'pndm'],
  ['k_lms', 'lms'],
  ['EulerAncestralDiscreteScheduler', 'euler-a'],
  ['DPMSolverMultistepScheduler', 'dpmpp-2m'],
])('%s is %s', (name, id) => {
  expect(samplerIdOf(name)).toBe(id)
})

test('what is not ours stays what it is', () => {
  expect(samplerIdOf('Restart')).toBeUndefined()
  expect(samplerIdOf('')).toBeUndefined()
  expect(samplerIdOf('constructor')).toBeUndefined()
  expect(samplerName('constructor')).toBe('constructor')
  expect(samplerName('dpmpp-2m')).toBe('DPM++ 2M')
})
