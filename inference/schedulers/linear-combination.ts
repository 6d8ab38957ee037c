export type Term = readonly [weight: number, tensor: Float32Array]

/**
 * Σ weight × tensor, elementwise, summed in double and rounded once: every scheduler's update is one of these.
 * Terms of weight 0 are left out, so what is not asked for cannot spoil the sum. The result is always new.
 */
export function combine(...terms: readonly Term[]): Float32Array {
  const used = terms.filter(([weight]) => weight !== 0)
  const sum = new Float32Array(terms[0]?.[1].length ?? 0)
  const [first, second] = used
  if (used.length === 2 && first !== undefined && second !== undefined) return addPair(sum, first, second)
  const weights = used.map(([weight]) => weight)
  const tensors = used.map(([, tensor]) => tensor)
  for (let i = 0; i < sum.length; i++) {
    let total = 0
    for (let k = 0; k < weights.length; k++) {
      total += (weights[k] as number) * ((tensors[k] as Float32Array)[i] as number)
    }
    sum[i] = total
  }
  return sum
}

/** The commonest case without the inner loop. */
function addPair(sum: Float32Array, [a, x]: Term, [b, y]: Term): Float32Array {
  for (let i = 0; i < sum.length; i++) sum[i] = a * (x[i] as number) + b * (y[i] as number)
  return sum
}
