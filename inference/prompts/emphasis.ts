/**
 * Emphasis as A1111's "Original": every token's embedding times its weight, then the whole scaled so that its
 * mean is what it was. One chunk at a time, before the chunks are joined.
 *
 * @param hidden [tokens, width] (or [1, tokens, width]), not changed
 * @param weights one per token
 */
export function applyWeights(
  hidden: Float32Array,
  shape: readonly number[],
  weights: readonly number[],
): Float32Array {
  const width = shape.at(-1) ?? 0
  const tokens = shape.at(-2) ?? 0
  if (tokens !== weights.length || tokens * width !== hidden.length)
    throw new RangeError(`${weights.length} weights for embeddings of shape ${shape.join(' x ')}`)
  if (weights.every((weight) => weight === 1)) return hidden
  const result = new Float32Array(hidden.length)
  let before = 0
  let after = 0
  for (let token = 0; token < tokens; token++) {
    const weight = weights[token] as number
    for (let at = token * width; at < (token + 1) * width; at++) {
      const value = hidden[at] as number
      const weighted = Math.fround(value * weight)
      result[at] = weighted
      before += value
      after += weighted
    }
  }
  const restore = before / after
  // Weights that leave no mean (all zero, say) have nothing to restore.
  if (!Number.isFinite(restore)) return result
  for (let at = 0; at < result.length; at++) result[at] = (result[at] as number) * restore
  return result
}
