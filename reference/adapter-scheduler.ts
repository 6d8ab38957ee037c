/** The scheduler of the stored SD 1.5 runs with adapters; all others use the folder's (README, section 4). */
export const adapterScheduler = {
  _class_name: 'DDIMScheduler',
  num_train_timesteps: 1000,
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: 'scaled_linear',
  steps_offset: 1,
  clip_sample: false,
  set_alpha_to_one: false,
}
