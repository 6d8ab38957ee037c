/** One picture that was made here. */
export type Run = {
  milliseconds: number
  /** denoising steps that were made */
  steps: number
  /** of the picture before it was enlarged */
  pixels: number
  scale: 1 | 2 | 4
  peakMemory: number | null
}

export type Wanted = Pick<Run, 'steps' | 'pixels' | 'scale'>

/** A first run also loads the model; what took so much longer than the usual one says nothing of the next. */
const outlier = 2.5
/** Bytes per pixel that a decoder holds while it works (see inference/vae/autoencoder-memory.ts). */
const bytesPerPixel = 256 * 3 * 4

/**
 * Milliseconds that a picture will take: a fixed part and one that grows with steps times pixels, fitted to what
 * this machine took (least squares, neither part below nothing). One kind of run alone gives only its proportion.
 * Undefined without runs.
 */
export function expectedTime(runs: readonly Run[], wanted: Wanted): number | undefined {
  const alike = runs.filter(({ scale }) => scale === wanted.scale)
  const usable = usual(alike.length > 0 ? alike : runs)
  if (usable.length === 0) return undefined
  const { fixed, perWork } = fit(usable.map((run) => [workOf(run), run.milliseconds]))
  return fixed + perWork * workOf(wanted)
}

/** Bytes: what was measured at the nearest size, and the decoder's share of what is larger. Undefined without. */
export function expectedMemory(runs: readonly Run[], wanted: Wanted): number | undefined {
  const finished = (run: Wanted) => run.pixels * run.scale * run.scale
  const measured = runs.filter((run) => run.peakMemory !== null)
  const nearest = measured.toSorted(
    (one, other) => Math.abs(finished(one) - finished(wanted)) - Math.abs(finished(other) - finished(wanted)),
  )[0]
  if (nearest === undefined || nearest.peakMemory === null) return undefined
  const more = finished(wanted) - finished(nearest)
  return Math.max(nearest.peakMemory + more * bytesPerPixel, nearest.peakMemory / 2)
}

/** Bytes for a model that has made nothing here: what its weights tell, and the decoder's share of a larger size. */
export function guessedMemory(needed: number, usualPixels: number, wanted: Wanted): number {
  return needed + Math.max(0, wanted.pixels * wanted.scale ** 2 - usualPixels) * bytesPerPixel
}

/** A step that is begun costs as much as one that is finished: decoding counts as one more. */
const workOf = ({ steps, pixels }: Wanted) => (steps + 1) * pixels

function usual(runs: readonly Run[]): readonly Run[] {
  const pace = (run: Run) => run.milliseconds / workOf(run)
  const paces = runs.map(pace).sort((a, b) => a - b)
  const middle = paces[Math.floor((paces.length - 1) / 2)] ?? 0
  return runs.filter((run) => pace(run) <= middle * outlier || workOf(run) < workOf(runs[0] ?? run))
}

function fit(points: readonly (readonly [work: number, time: number])[]): { fixed: number; perWork: number } {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const work = mean(points.map(([x]) => x))
  const time = mean(points.map(([, y]) => y))
  const spread = mean(points.map(([x]) => (x - work) ** 2))
  const proportion = { fixed: 0, perWork: time / work }
  // All of about one size: a slope through them would be noise.
  if (spread < (0.05 * work) ** 2) return proportion
  const slope = mean(points.map(([x, y]) => (x - work) * (y - time))) / spread
  if (slope <= 0) return { fixed: time, perWork: 0 }
  const fixed = time - slope * work
  return fixed >= 0 ? { fixed, perWork: slope } : proportion
}
