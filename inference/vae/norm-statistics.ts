/** Of every group of every norm, in the order of the graph: [norms, groups]. */
export type NormStatistics = { shape: number[]; means: Float32Array; variances: Float32Array }

/** Means and variances over all tiles from those of each, weighted by their areas (Chan et al. 1979). */
export function pooled(tiles: readonly { area: number; statistics: NormStatistics }[]): NormStatistics {
  const [first] = tiles
  if (first === undefined) throw new Error('no tiles')
  const { shape, means } = first.statistics
  const all = tiles.reduce((sum, { area }) => sum + area, 0)
  const result = { shape, means: new Float32Array(means.length), variances: new Float32Array(means.length) }
  for (let i = 0; i < means.length; i++) {
    let mean = 0
    for (const { area, statistics } of tiles) mean += ((statistics.means[i] as number) * area) / all
    let variance = 0
    for (const { area, statistics } of tiles) {
      const away = (statistics.means[i] as number) - mean
      variance += (((statistics.variances[i] as number) + away * away) * area) / all
    }
    result.means[i] = mean
    result.variances[i] = variance
  }
  return result
}

/** By how much the norms would answer otherwise, in deviations: the worst of all groups. */
export function distance(one: NormStatistics, other: NormStatistics): number {
  let worst = 0
  for (let i = 0; i < one.means.length; i++) {
    const deviation = Math.sqrt((other.variances[i] as number) + 1e-6)
    const shift = Math.abs((one.means[i] as number) - (other.means[i] as number)) / deviation
    const ratio = Math.sqrt((one.variances[i] as number) + 1e-6) / deviation
    worst = Math.max(worst, shift, Math.abs(ratio - 1))
  }
  return worst
}
