/**
 * Where tiles or strips of the autoencoder meet: `node bench/seam.ts [model] [large side] [compared side]` (4096, 1536; 0: no large
 * picture). A picture of the compared side is decoded and encoded whole and in tiles, of noise and of noise that is
 * bright on one half and dark on the other, which is the worst for norms over the whole picture. The large one is decoded
 * in tiles alone; where the autoencoder has no such norms, every crossing of two seams is compared with a window that
 * was decoded in one piece.
 */
import path from 'node:path'
import process from 'node:process'
import { ModelSessions } from '../inference/model-sessions.ts'
import { decodeLatents } from '../inference/vae/decode.ts'
import { encodePicture } from '../inference/vae/encode.ts'
import { familyOf } from '../inference/pipelines/registry.ts'
import type { RunContext } from '../inference/pipelines/pipeline.ts'
import { createGenerator } from '../inference/random.ts'
import { openModel } from '../inference/running/open-model.ts'
import { tileAxis } from '../inference/vae/tiles.ts'

const model = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, '..', 'models', 'starter'))
const largeSide = Number(process.argv[3] ?? 4096)
const parts = await openModel(model)
const space = familyOf(parts).latentSpace(parts)
const wholeLatents = Math.trunc(Number(process.argv[4] ?? 1536) / space.factor)
const largeLatents = Math.trunc(largeSide / space.factor)

async function withAutoencoder<Result>(
  largestTile: number,
  work: (context: RunContext) => Promise<Result>,
): Promise<Result> {
  const sessions = new ModelSessions(parts, {
    executionProvider: 'cpu',
    threads: 1,
    policy: 'keep',
    largestTile,
  })
  const context: RunContext = {
    sessions,
    noise: createGenerator('1'),
    pause: () => Promise.resolve(),
    stage: () => undefined,
    note: () => undefined,
  }
  return work(context).finally(() => sessions.releaseAll())
}

const decode = (latents: Float32Array, side: number, largestTile: number) =>
  withAutoencoder(largestTile, (context) =>
    decodeLatents(context, latents, [1, space.channels, side, side], space),
  )

/** In 255ths, of values in [-1, 1]. */
function difference(one: number, other: number): number {
  return (Math.abs(one - other) / 2) * 255
}

function compare(name: string, one: Float32Array, other: Float32Array, scale = 1): void {
  let worst = 0
  let sum = 0
  for (let i = 0; i < one.length; i++) {
    const at = difference((one[i] as number) * scale, (other[i] as number) * scale)
    worst = Math.max(worst, at)
    sum += at
  }
  console.log(`${name}: worst ${worst.toFixed(3)}/255, mean ${(sum / one.length).toFixed(4)}/255`)
}

const random = (side: number) => createGenerator('2').randn(space.channels * side * side)
const halved = (side: number) => random(side).map((value, i) => value + (i % side < side / 2 ? 1 : -1) * 1.5)
const all = Number.POSITIVE_INFINITY
for (const [name, pattern] of Object.entries({ noise: random, halves: halved })) {
  const whole = await decode(pattern(wholeLatents), wholeLatents, all)
  for (const tile of [64, 32]) {
    const tiled = await decode(pattern(wholeLatents), wholeLatents, tile)
    compare(`${name}: decode ${whole.width} px, tiles of ${tile * space.factor}`, whole.data, tiled.data)
  }
  const encodeWith = (tile: number) =>
    withAutoencoder(tile, (context) => encodePicture(context, whole, space))
  const encoded = await encodeWith(all)
  const [lowest, highest] = encoded.reduce(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  )
  for (const tile of [64, 32]) {
    const tiled = await encodeWith(tile)
    // In 255ths of what the latents span.
    compare(
      `${name}: encode ${whole.width} px, tiles of ${tile * space.factor}`,
      encoded,
      tiled,
      2 / (highest - lowest),
    )
  }
}
if (largeSide === 0) process.exit(0)

const latents = random(largeLatents)
const started = process.cpuUsage()
const large = await decode(latents, largeLatents, 64)
const { user, system } = process.cpuUsage(started)
const seconds = ((user + system) / 1e6).toFixed(1)
const peak = Math.round(process.resourceUsage().maxRSS / 1024)
const hasNorms = parts.autoencoderStages?.vae_decoder !== undefined
console.log(`decode ${large.width} px in tiles: ${seconds} s of processor time, peak ${peak} MiB resident`)

if (hasNorms) process.exit(0)

/** Decoded in one piece around a crossing, and compared where the window's own rim is far away. */
const windowLatents = 128
const compared = 32
const { starts, size } = tileAxis(largeLatents, 64, 16)
let worst = 0
let crossings = 0
for (const index of [1, Math.trunc(starts.length / 2), starts.length - 1]) {
  const seam = Math.round(((starts[index] as number) + (starts[index - 1] as number) + size) / 2)
  const from = Math.max(0, Math.min(largeLatents - windowLatents, seam - windowLatents / 2))
  const piece = new Float32Array(space.channels * windowLatents ** 2)
  for (let c = 0; c < space.channels; c++) {
    for (let y = 0; y < windowLatents; y++) {
      const row = (c * largeLatents + from + y) * largeLatents + from
      piece.set(latents.subarray(row, row + windowLatents), (c * windowLatents + y) * windowLatents)
    }
  }
  const decoded = await decode(piece, windowLatents, all)
  const begin = (seam - from - compared / 2) * space.factor
  for (let c = 0; c < 3; c++) {
    for (let y = begin; y < begin + compared * space.factor; y++) {
      for (let x = begin; x < begin + compared * space.factor; x++) {
        const at = (c * large.height + from * space.factor + y) * large.width + from * space.factor + x
        const own = decoded.data[(c * decoded.height + y) * decoded.width + x] as number
        worst = Math.max(worst, difference(large.data[at] as number, own))
      }
    }
  }
  crossings += 1
}
console.log(`${large.width} px, ${crossings} crossings of seams: worst ${worst.toFixed(3)}/255`)
process.exitCode = worst < 1 ? 0 : 1
