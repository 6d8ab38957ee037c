/** side of the windows that are looked at */
export const windowSize = 8

/** Orthonormal DCT-II of `windowSize` samples, [frequency, sample]; the first row is the mean. */
export const dctRows = Float64Array.from({ length: windowSize ** 2 }, (_, at) => {
  const frequency = Math.floor(at / windowSize)
  const sample = at % windowSize
  const scale = Math.sqrt((frequency === 0 ? 1 : 2) / windowSize)
  return Math.cos((Math.PI * (2 * sample + 1) * frequency) / (2 * windowSize)) * scale
})

/** Grey, red - blue, green against both; orthonormal, so that the transposed one leads back. */
export const opponentRows = [
  [1 / Math.sqrt(3), 1 / Math.sqrt(3), 1 / Math.sqrt(3)],
  [1 / Math.sqrt(2), 0, -1 / Math.sqrt(2)],
  [1 / Math.sqrt(6), -2 / Math.sqrt(6), 1 / Math.sqrt(6)],
] as const

/** ITU-R BT.601, as JPEG's luminance */
export const luminance = [0.299, 0.587, 0.114] as const
