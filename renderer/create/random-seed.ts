/** Ten digits are enough to be unlike any other, and short enough to be read aloud. */
export function randomSeed(): string {
  return String(crypto.getRandomValues(new Uint32Array(1))[0] ?? 0)
}
