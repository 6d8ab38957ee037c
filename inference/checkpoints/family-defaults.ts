import type { ComponentConfig } from './inferred-config.ts'

/** What a single file leaves unsaid, as the folders of the same families publish it. */
export type UnetFamily = 'sd1' | 'sd2' | 'sdxl'

const latentNoise = {
  num_train_timesteps: 1000,
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: 'scaled_linear',
  steps_offset: 1,
  timestep_spacing: 'leading',
}

export type Prediction = { type: 'epsilon' | 'v_prediction'; zeroTerminalSnr: boolean }

export function schedulerConfig(family: UnetFamily, { type, zeroTerminalSnr }: Prediction): ComponentConfig {
  const common = { ...latentNoise, prediction_type: type, rescale_betas_zero_snr: zeroTerminalSnr }
  const spacing = zeroTerminalSnr ? { timestep_spacing: 'trailing' } : {}
  if (family === 'sdxl') {
    return { _class_name: 'EulerDiscreteScheduler', ...common, interpolation_type: 'linear', ...spacing }
  }
  if (family === 'sd2') {
    return {
      _class_name: 'DDIMScheduler',
      ...common,
      clip_sample: false,
      set_alpha_to_one: false,
      ...spacing,
    }
  }
  return {
    _class_name: 'PNDMScheduler',
    ...common,
    skip_prk_steps: true,
    set_alpha_to_one: false,
    ...spacing,
  }
}

export const pipelineClass: Readonly<Record<UnetFamily, string>> = {
  sd1: 'StableDiffusionPipeline',
  sd2: 'StableDiffusionPipeline',
  sdxl: 'StableDiffusionXLPipeline',
}

export const vaeScaling: Readonly<Record<UnetFamily, { scaling_factor: number }>> = {
  sd1: { scaling_factor: 0.18215 },
  sd2: { scaling_factor: 0.18215 },
  sdxl: { scaling_factor: 0.13025 },
}

const fluxLatents = { scaling_factor: 0.3611, shift_factor: 0.1159 }
/** Scaling of the latents by family: an autoencoder's file does not hold it. */
export const latentsOf = {
  ...vaeScaling,
  flux: fluxLatents,
  zimage: fluxLatents,
  sd3: { scaling_factor: 1.5305, shift_factor: 0.0609 },
} as const
