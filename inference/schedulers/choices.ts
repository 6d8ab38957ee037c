import { samplerNames, type SamplerId } from '../../contract/sampler-names.ts'
import { schedulerClasses } from './create-scheduler.ts'
import { classNameOf, flagOf, numberOf, unsupported, type SchedulerConfig } from './settings.ts'

/** Noise-predicting models on a noise table, or models that follow straight flows. */
export type SchedulerFamily = 'diffusion' | 'flow'

export type SchedulerChoice = {
  /** "dpmpp-2m-karras" */
  id: SamplerId
  /** "DPM++ 2M Karras" */
  label: string
  /** for which models it makes sense */
  families: readonly SchedulerFamily[]
  /** what it sets on top of a model's own configuration */
  changes: Partial<Record<SchedulerFamily, SchedulerConfig>>
}

const spacings = ['karras', 'exponential', 'beta'] as const

/** Only one spacing at a time, whatever the model's configuration says. */
function spaced(spacing?: (typeof spacings)[number]): SchedulerConfig {
  const flags = spacings.map((name) => [`use_${name}_sigmas`, name === spacing])
  return { ...(Object.fromEntries(flags) as SchedulerConfig), use_lu_lambdas: false }
}

const solver = { lower_order_final: true, euler_at_final: false, final_sigmas_type: 'zero' }
const dpmpp = { algorithm_type: 'dpmsolver++', solver_type: 'midpoint', ...solver }
const sde = { ...dpmpp, algorithm_type: 'sde-dpmsolver++' }
// Latents are not confined to [-1, 1]; these classes clip where a configuration is silent.
const unclipped = { clip_sample: false, thresholding: false }

/** Algorithms for noise-predicting models, to be respaced. */
const spaceable = {
  euler: { _class_name: 'EulerDiscreteScheduler', interpolation_type: 'linear', final_sigmas_type: 'zero' },
  'dpmpp-2m': { _class_name: 'DPMSolverMultistepScheduler', solver_order: 2, ...dpmpp },
  'dpmpp-2m-sde': { _class_name: 'DPMSolverMultistepScheduler', solver_order: 2, ...sde },
  'dpmpp-3m': { _class_name: 'DPMSolverMultistepScheduler', solver_order: 3, ...dpmpp },
  'dpmpp-3m-sde': { _class_name: 'DPMSolverMultistepScheduler', solver_order: 3, ...sde },
  'dpmpp-2s': { _class_name: 'DPMSolverSinglestepScheduler', solver_order: 2, ...dpmpp },
  'dpmpp-sde': { _class_name: 'DPMSolverSinglestepScheduler', solver_order: 2, ...sde },
  unipc: {
    _class_name: 'UniPCMultistepScheduler',
    solver_order: 2,
    ...solver,
    solver_type: 'bh2',
    predict_x0: true,
  },
  deis: { _class_name: 'DEISMultistepScheduler', solver_order: 2, ...solver, solver_type: 'logrho' },
  heun: { _class_name: 'HeunDiscreteScheduler', clip_sample: false },
  dpm2: { _class_name: 'KDPM2DiscreteScheduler' },
  'dpm2-a': { _class_name: 'KDPM2AncestralDiscreteScheduler' },
  lms: { _class_name: 'LMSDiscreteScheduler' },
} as const satisfies Partial<Record<SamplerId, SchedulerConfig>>

const fixed: Partial<Record<SamplerId, SchedulerConfig>> = {
  'euler-a': { _class_name: 'EulerAncestralDiscreteScheduler' },
  ddim: { _class_name: 'DDIMScheduler', ...unclipped },
  ddpm: { _class_name: 'DDPMScheduler', variance_type: 'fixed_small', ...unclipped },
  pndm: { _class_name: 'PNDMScheduler', skip_prk_steps: true },
  lcm: { _class_name: 'LCMScheduler', ...unclipped },
  tcd: { _class_name: 'TCDScheduler' },
}

const flowSolver = { use_flow_sigmas: true, prediction_type: 'flow_prediction' }

const flow: Partial<Record<SamplerId, SchedulerConfig>> = {
  euler: { _class_name: 'FlowMatchEulerDiscreteScheduler', stochastic_sampling: false },
  'euler-karras': { _class_name: 'FlowMatchEulerDiscreteScheduler', ...spaced('karras') },
  'euler-exponential': { _class_name: 'FlowMatchEulerDiscreteScheduler', ...spaced('exponential') },
  'euler-beta': { _class_name: 'FlowMatchEulerDiscreteScheduler', ...spaced('beta') },
  'euler-stochastic': { _class_name: 'FlowMatchEulerDiscreteScheduler', stochastic_sampling: true },
  heun: { _class_name: 'FlowMatchHeunDiscreteScheduler' },
  'dpmpp-2m': { ...spaceable['dpmpp-2m'], ...flowSolver },
  'dpmpp-2m-sde': { ...spaceable['dpmpp-2m-sde'], ...flowSolver },
  unipc: { ...spaceable.unipc, ...flowSolver },
}

/** In the order in which they are offered. */
export const schedulerChoices: readonly SchedulerChoice[] = (Object.keys(samplerNames) as SamplerId[]).map(
  (id) => {
    const ofDiffusion = diffusionChanges(id)
    const ofFlow = flow[id]
    const changes = {
      ...(ofDiffusion === undefined ? {} : { diffusion: ofDiffusion }),
      ...(ofFlow === undefined ? {} : { flow: { ...spaced(), ...ofFlow } }),
    }
    return { id, label: samplerNames[id], families: Object.keys(changes) as SchedulerFamily[], changes }
  },
)

function diffusionChanges(id: SamplerId): SchedulerConfig | undefined {
  const spacing = spacings.find((name) => id.endsWith(`-${name}`))
  const base = spacing === undefined ? id : id.slice(0, -spacing.length - 1)
  const algorithm = Object.entries(spaceable).find(([name]) => name === base)?.[1]
  return algorithm === undefined ? fixed[id] : { ...algorithm, ...spaced(spacing) }
}

export function schedulerFamilyOf(config: SchedulerConfig): SchedulerFamily {
  const flows =
    classNameOf(config).startsWith('FlowMatch') ||
    config['prediction_type'] === 'flow_prediction' ||
    config['use_flow_sigmas'] === true
  return flows ? 'flow' : 'diffusion'
}

/**
 * The scheduler_config to use for a model whose own is `config`: itself for 'auto', else with what the choice
 * changes. Keys that the chosen class does not know are left in place; it ignores them, as the reference does.
 * Throws 'scheduler-unsupported' for an unknown id or class and for one that makes no sense for the family.
 */
export function chooseScheduler(config: SchedulerConfig, id: string): SchedulerConfig {
  if (id === 'auto') {
    if (!Object.hasOwn(schedulerClasses, classNameOf(config))) throw unsupported(config)
    return config
  }
  const family = schedulerFamilyOf(config)
  const changes = schedulerChoices.find((choice) => choice.id === id)?.changes[family]
  if (changes === undefined) throw unsupported({ _class_name: id })
  return family === 'flow' ? { ...config, ...shiftKeys(config), ...changes } : { ...config, ...changes }
}

/** The two halves of the field call the same shift by two names. */
function shiftKeys(config: SchedulerConfig): SchedulerConfig {
  if (flagOf(config, 'use_dynamic_shifting', false)) return {}
  const shift = numberOf(config, 'shift', numberOf(config, 'flow_shift', 1))
  return { shift, flow_shift: shift }
}
