import { describe, expect, test } from 'vitest'

import { SanggarError } from '../../contract/errors.ts'
import { chooseScheduler, createScheduler, schedulerChoices } from './scheduler.ts'

const stableDiffusion = {
  _class_name: 'PNDMScheduler',
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: 'scaled_linear',
  steps_offset: 1,
}

function refusal(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return error instanceof SanggarError ? error.failure : error
  }
  return undefined
}

test('auto is the model’s own, if it is one of ours', () => {
  expect(chooseScheduler(stableDiffusion, 'auto')).toBe(stableDiffusion)
  expect(refusal(() => chooseScheduler({ _class_name: 'constructor' }, 'auto'))).toMatchObject({
    code: 'scheduler-unsupported',
    scheduler: 'constructor',
  })
  expect(refusal(() => chooseScheduler({}, 'auto'))).toMatchObject({ code: 'scheduler-unsupported' })
})

test('a choice replaces what another left behind and keeps what the model was trained with', () => {
  const own = {
    ...stableDiffusion,
    _class_name: 'DPMSolverMultistepScheduler',
    use_karras_sigmas: true,
    algorithm_type: 'dpmsolver',
    final_sigmas_type: 'sigma_min',
    prediction_type: 'v_prediction',
    timestep_spacing: 'trailing',
  }
  expect(chooseScheduler(own, 'dpmpp-2m')).toMatchObject({
    _class_name: 'DPMSolverMultistepScheduler',
    use_karras_sigmas: false,
    algorithm_type: 'dpmsolver++',
    final_sigmas_type: 'zero',
    prediction_type: 'v_prediction',
    timestep_spacing: 'trailing',
    beta_end: 0.012,
  })
  expect(chooseScheduler(own, 'euler-karras')).toMatchObject({
    _class_name: 'EulerDiscreteScheduler',
    use_karras_sigmas: true,
  })
})

test('a flow’s shift goes along under either name', () => {
  const flow = { _class_name: 'FlowMatchEulerDiscreteScheduler', shift: 3 }
  expect(chooseScheduler(flow, 'unipc')).toMatchObject({ flow_shift: 3, use_flow_sigmas: true })
  const solver = { _class_name: 'DPMSolverMultistepScheduler', use_flow_sigmas: true, flow_shift: 2.5 }
  expect(chooseScheduler(solver, 'heun')).toMatchObject({
    _class_name: 'FlowMatchHeunDiscreteScheduler',
    shift: 2.5,
  })
})

test('what makes no sense for a family is refused', () => {
  const flow = { _class_name: 'FlowMatchEulerDiscreteScheduler' }
  for (const id of ['ddim', 'lcm', 'nonsense', 'constructor', '']) {
    expect(refusal(() => chooseScheduler(flow, id))).toMatchObject({
      code: 'scheduler-unsupported',
      scheduler: id,
    })
  }
  expect(refusal(() => chooseScheduler(stableDiffusion, 'euler-stochastic'))).toMatchObject({
    code: 'scheduler-unsupported',
  })
})

test('every id is offered to somebody', () => {
  for (const choice of schedulerChoices) expect(choice.families.length).toBeGreaterThan(0)
})

describe('settings that no class knows', () => {
  test.each([
    ['beta_schedule', 'cubic'],
    ['prediction_type', 'score'],
    ['timestep_spacing', 'random'],
    ['num_train_timesteps', 'many'],
    ['trained_betas', ['a']],
    ['rescale_betas_zero_snr', 'yes'],
  ])('%s %s', (key, value) => {
    const config = { ...stableDiffusion, _class_name: 'EulerDiscreteScheduler', [key]: value }
    expect(refusal(() => createScheduler(config, { steps: 4 }))).toMatchObject({
      code: 'scheduler-unsupported',
    })
  })

  test.each([
    ['EulerDiscreteScheduler', 0],
    ['EulerDiscreteScheduler', 1001],
    ['DPMSolverMultistepScheduler', 2.5],
    ['LCMScheduler', 51],
    ['FlowMatchEulerDiscreteScheduler', Number.NaN],
  ])('%s with %s steps', (name, steps) => {
    expect(
      refusal(() => createScheduler({ ...stableDiffusion, _class_name: name }, { steps })),
    ).toMatchObject({
      code: 'invalid-request',
      path: 'steps',
    })
  })
})
