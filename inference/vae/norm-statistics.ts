/** Of every group of one norm. */
export type NormStatistics = { means: Float32Array; variances: Float32Array }

/** Means and variances over a whole map from those of its strips, weighted by their rows (Chan et al. 1979). */
export function pooled(strips: readonly { rows: number; statistics: NormStatistics }[]): NormStatistics {
  const [first] = strips
  if (first === undefined) throw new Error('no strips')
  const groups = first.statistics.means.length
  const all = strips.reduce((sum, { rows }) => sum + rows, 0)
  const result = { means: new Float32Array(groups), variances: new Float32Array(groups) }
  for (let i = 0; i < groups; i++) {
    let mean = 0
    for (const { rows, statistics } of strips) mean += ((statistics.means[i] as number) * rows) / all
    let variance = 0
    for (const { rows, statistics } of strips) {
      const away = (statistics.means[i] as number) - mean
      variance += (((statistics.variances[i] as number) + away * away) * rows) / all
    }
    result.means[i] = mean
    result.variances[i] = variance
  }
  return result
}
