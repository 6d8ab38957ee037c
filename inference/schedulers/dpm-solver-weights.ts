import type { Level } from './solver-schedule.ts'

export type DpmAlgorithm = 'dpmsolver++' | 'sde-dpmsolver++' | 'dpmsolver' | 'sde-dpmsolver'

/**
 * Weights of one exponential-integrator step from level s to level t: on the sample, on the model output D0, on its
 * first difference D1 (two rules) and second difference D2, and on fresh noise.
 */
export type DpmWeights = {
  sample: number
  d0: number
  d1Midpoint: number
  d1Heun: number
  d2: number
  noise: number
}

/**
 * Lu et al. 2022, "DPM-Solver" (equations 3.3 to 3.7; outputs are ε) and "DPM-Solver++" (equations 8 to 14 and the
 * SDE forms of section 5; outputs are x₀).
 */
export function dpmWeights(algorithm: DpmAlgorithm, s: Level, t: Level): DpmWeights {
  const h = t.lambda - s.lambda
  switch (algorithm) {
    case 'dpmsolver++': {
      const phi = Math.expm1(-h)
      return {
        sample: t.sigma / s.sigma,
        d0: -t.alpha * phi,
        d1Midpoint: -0.5 * t.alpha * phi,
        d1Heun: t.alpha * (phi / h + 1),
        d2: -t.alpha * ((phi + h) / (h * h) - 0.5),
        noise: 0,
      }
    }
    case 'sde-dpmsolver++': {
      const phi = Math.expm1(-2 * h)
      const double = 2 * h
      return {
        sample: (t.sigma / s.sigma) * Math.exp(-h),
        d0: -t.alpha * phi,
        d1Midpoint: -0.5 * t.alpha * phi,
        d1Heun: t.alpha * (phi / double + 1),
        d2: -t.alpha * ((phi + double) / (double * double) + 0.5),
        noise: t.sigma * Math.sqrt(-phi),
      }
    }
    case 'dpmsolver': {
      const phi = Math.expm1(h)
      return {
        sample: t.alpha / s.alpha,
        d0: -t.sigma * phi,
        d1Midpoint: -0.5 * t.sigma * phi,
        d1Heun: -t.sigma * (phi / h - 1),
        d2: -t.sigma * ((phi - h) / (h * h) - 0.5),
        noise: 0,
      }
    }
    default: {
      // sde-dpmsolver
      const phi = Math.expm1(h)
      return {
        sample: t.alpha / s.alpha,
        d0: -2 * t.sigma * phi,
        d1Midpoint: -t.sigma * phi,
        d1Heun: -2 * t.sigma * (phi / h - 1),
        d2: 0,
        noise: t.sigma * Math.sqrt(Math.expm1(2 * h)),
      }
    }
  }
}
