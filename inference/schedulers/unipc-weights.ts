export type UnipcVariant = {
  /** B(h) = h or e^h - 1 (Zhao et al. 2023, section 3.2) */
  b: 'bh1' | 'bh2'
  predictsX0: boolean
}

/**
 * Weights, B(h) included, of the differences (m_i - m₀): first those of earlier outputs at `ratios` r_i, each
 * divided by its r_i as D_i / r_i asks, then, for the corrector, that of the output at the end (r = 1).
 * They solve the order conditions Σ a_k r_k^{i-1} = i! φ_{i+1}(h) h / B(h) (Zhao et al. 2023, theorem 3.1).
 */
export function unipcResidualWeights(
  { b, predictsX0 }: UnipcVariant,
  h: number,
  ratios: readonly number[],
  corrects: boolean,
): number[] {
  if (ratios.length === 0 && !corrects) return []
  const signed = predictsX0 ? -h : h
  const bh = b === 'bh1' ? signed : Math.expm1(signed)
  const weights = orderConditionWeights(signed, bh, corrects ? [...ratios, 1] : ratios)
  return weights.map((weight, i) => (bh * weight) / (ratios[i] ?? 1))
}

function orderConditionWeights(h: number, bh: number, ratios: readonly number[]): number[] {
  // The second-order predictor and the first-order corrector take ½ in place of the exact solution.
  if (ratios.length === 1) return [0.5]
  const rows: number[][] = []
  let phi = Math.expm1(h) / h - 1
  let factorial = 1
  for (let i = 1; i <= ratios.length; i++) {
    rows.push([...ratios.map((r) => r ** (i - 1)), (phi * factorial) / bh])
    factorial *= i + 1
    phi = phi / h - 1 / factorial
  }
  return solve(rows)
}

/** Gauss-Jordan elimination with row exchange of a small augmented system. */
function solve(rows: number[][]): number[] {
  const size = rows.length
  for (let column = 0; column < size; column++) {
    let best = column
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(rows[row]?.[column] ?? 0) > Math.abs(rows[best]?.[column] ?? 0)) best = row
    }
    const pivotRow = rows[best] as number[]
    rows[best] = rows[column] as number[]
    rows[column] = pivotRow
    const pivot = pivotRow[column] as number
    for (let i = column; i <= size; i++) pivotRow[i] = (pivotRow[i] as number) / pivot
    for (const [r, row] of rows.entries()) {
      if (r === column) continue
      const factor = row[column] as number
      for (let i = column; i <= size; i++) row[i] = (row[i] as number) - factor * (pivotRow[i] as number)
    }
  }
  return rows.map((row) => row[size] as number)
}
