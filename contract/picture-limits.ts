/** Pixels of a picture that is brought in: what a telephone's camera makes is taken, what only fills the memory is not. */
export const broughtPixelLimit = 64_000_000

/** Pixels of a picture that Sanggar makes: the largest that is brought in, twice as large. */
export const madePixelLimit = 4 * broughtPixelLimit

/** Bytes of a file that is brought in: 64 megapixels as a PNG of noise. */
export const broughtByteLimit = 256 * 1024 * 1024
