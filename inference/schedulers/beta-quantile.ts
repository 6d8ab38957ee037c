/**
 * Quantile of the symmetric beta distribution Beta(a, a): the x with I_x(a, a) = p, for 0 <= p <= 1.
 * Below one half by Newton's method on the power series of the incomplete beta function (Abramowitz & Stegun
 * 26.5.4), which needs no gamma function because I_½ = ½; above by symmetry.
 */
export function symmetricBetaQuantile(p: number, a: number): number {
  if (p <= 0) return 0
  if (p >= 1) return 1
  if (p > 0.5) return 1 - symmetricBetaQuantile(1 - p, a)
  const target = 2 * p * incomplete(0.5, a)
  let low = 0
  let high = 0.5
  // The first term of the series alone: x^a / a = target.
  let x = Math.min((target * a) ** (1 / a), 0.5)
  for (let i = 0; i < 200; i++) {
    const error = incomplete(x, a) - target
    if (error > 0) high = x
    else low = x
    const newton = x - error / (x * (1 - x)) ** (a - 1)
    const next = newton > low && newton < high ? newton : (low + high) / 2
    if (Math.abs(next - x) <= 1e-16 * x) return next
    x = next
  }
  return x
}

/** ∫₀ˣ tᵃ⁻¹ (1 - t)ᵃ⁻¹ dt for x <= ½. */
function incomplete(x: number, a: number): number {
  let power = x ** a
  let sum = power / a
  for (let k = 1; k < 200; k++) {
    power *= ((k - a) / k) * x
    const term = power / (a + k)
    sum += term
    if (Math.abs(term) < 1e-17 * sum) break
  }
  return sum
}
