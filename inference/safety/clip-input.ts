import type { Config } from '../model-parts.ts'
import { numberIn } from '../model-parts.ts'
import type { Pixels } from '../images/pixels.ts'
import { resize } from '../images/resample.ts'

const usualMean = [0.48145466, 0.4578275, 0.40821073]
const usualDeviation = [0.26862954, 0.26130258, 0.27577711]

/** transformers' CLIPImageProcessor: the shorter side to `side` by cubic convolution, the middle cut out, normalised. */
export function clipInput(picture: Pixels, processor: Config): { data: Float32Array; shape: number[] } {
  const side = sideOf(processor)
  const mean = threeIn(processor, 'image_mean') ?? usualMean
  const deviation = threeIn(processor, 'image_std') ?? usualDeviation
  const shorter = Math.min(picture.width, picture.height)
  const width = Math.trunc((side * picture.width) / shorter)
  const height = Math.trunc((side * picture.height) / shorter)
  const small = resize(picture, width, height, undefined, 'bicubic')
  const left = Math.trunc((width - side) / 2)
  const top = Math.trunc((height - side) / 2)
  const area = side * side
  const data = new Float32Array(3 * area)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const at = ((top + y) * width + left + x) * 3
      for (let channel = 0; channel < 3; channel++) {
        const value = (small.data[at + channel] as number) / 255
        data[channel * area + y * side + x] =
          (value - (mean[channel] as number)) / (deviation[channel] as number)
      }
    }
  }
  return { data, shape: [1, 3, side, side] }
}

/** `crop_size` and `size` are a number or { height, width } or { shortest_edge }, by the file's age. */
function sideOf(processor: Config): number {
  for (const key of ['crop_size', 'size']) {
    const value = processor[key]
    if (typeof value === 'number') return value
    if (typeof value !== 'object' || value === null) continue
    const side = numberIn(value as Config, 'height') ?? numberIn(value as Config, 'shortest_edge')
    if (side !== undefined) return side
  }
  return 224
}

function threeIn(processor: Config, key: string): number[] | undefined {
  const value = processor[key]
  return Array.isArray(value) && value.length === 3 && value.every((part) => typeof part === 'number')
    ? value
    : undefined
}
