const f = Math.fround

/**
 * Classifier-free guidance, u + g (c - u). Ho & Salimans 2022, https://arxiv.org/abs/2207.12598
 * `rescale` brings the deviation of the result towards that of `conditional`: Lin et al. 2023,
 * "Common Diffusion Noise Schedules and Sample Steps are Flawed", section 3.4, https://arxiv.org/abs/2305.08891
 * Writes into `conditional`'s buffer unless rescaling needs it.
 */
export function guided(
  unconditional: Float32Array,
  conditional: Float32Array,
  scale: number,
  rescale = 0,
): Float32Array {
  const result = rescale === 0 ? conditional : new Float32Array(conditional.length)
  for (let i = 0; i < conditional.length; i++) {
    const u = unconditional[i] as number
    // One rounding per operation, as float32 tensors have it.
    result[i] = u + f(scale * f((conditional[i] as number) - u))
  }
  if (rescale === 0) return result
  const ratio = deviation(conditional) / deviation(result)
  for (let i = 0; i < result.length; i++) {
    const value = result[i] as number
    result[i] = f(rescale * f(value * ratio)) + f((1 - rescale) * value)
  }
  return result
}

/** Unbiased, as torch.std. */
function deviation(values: Float32Array): number {
  let sum = 0
  for (const value of values) sum += value
  const mean = sum / values.length
  let squares = 0
  for (const value of values) squares += (value - mean) ** 2
  return Math.sqrt(squares / (values.length - 1))
}

/** Euclidean length. */
export function norm(values: Float32Array): number {
  let squares = 0
  for (const value of values) squares += value * value
  return Math.sqrt(squares)
}
