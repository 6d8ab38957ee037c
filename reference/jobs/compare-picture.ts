import sharp from 'sharp'
import type { Job } from '../../contract/job.ts'
import type { RealStudio } from '../../core/testing/real-studio.ts'

export type Wanted = { width: number; height: number; data: Uint8Array }

/** Levels of 255 by which the library's picture may differ. */
const tolerance = 1

/** The first picture of the job, read out of the library; what `counts` leaves out is not looked at. */
export async function comparePicture(
  studio: RealStudio,
  job: Job,
  wanted: Wanted,
  counts: (pixel: number) => boolean = () => true,
): Promise<string[]> {
  const [id] = job.images
  if (job.state !== 'done' || id === undefined) return [JSON.stringify(job.failure ?? job.state)]
  const png = await studio.png(id)
  const { data: made, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  if (info.width !== wanted.width || info.height !== wanted.height) return [`${info.width} x ${info.height}`]
  let most = 0
  for (const [i, value] of wanted.data.entries()) {
    if (counts(Math.trunc(i / 3))) most = Math.max(most, Math.abs(value - (made[i] ?? Number.NaN)))
  }
  // One prompt is longer than what its run reads.
  const odd = job.notes.filter(({ code }) => code !== 'prompt-cut')
  return [
    ...(most <= tolerance ? [] : [`off by ${most} levels`]),
    ...odd.map(({ code, detail }) => `note ${code} ${detail}`),
  ]
}

/** [height, width, 3] in [0, 1] in levels. */
export function levelsOf(data: Float32Array): Uint8Array {
  return Uint8Array.from(data, (value) => Math.round(value * 255))
}
