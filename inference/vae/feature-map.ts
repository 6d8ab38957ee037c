/** Numbers of a map outside the graphs: as they are, or bits of half precision. */
export type Numbers = Float32Array | Uint16Array

/** A map [channels, height, width], each channel in memory of its own. */
export type FeatureMap = { planes: readonly Numbers[]; height: number; width: number }

export const bytesPerFeature = Uint16Array.BYTES_PER_ELEMENT

export function featureMap(channels: number, height: number, width: number): FeatureMap {
  return { planes: Array.from({ length: channels }, () => new Uint16Array(height * width)), height, width }
}

/** A picture or latents, seen as a map. */
export function asMap(
  data: Float32Array,
  { channels, height, width }: { channels: number; height: number; width: number },
): FeatureMap {
  const area = height * width
  const planes = Array.from({ length: channels }, (_, c) => data.subarray(c * area, (c + 1) * area))
  return { planes, height, width }
}

/** Rows [from, until) of every channel, one after the other. */
export function readRows({ planes, width }: FeatureMap, from: number, until: number): Numbers {
  const length = (until - from) * width
  const size = planes.length * length
  const strip = planes[0] instanceof Float32Array ? new Float32Array(size) : new Uint16Array(size)
  planes.forEach((plane, c) => strip.set(plane.subarray(from * width, until * width), c * length))
  return strip
}

export function writeRows({ planes, width }: FeatureMap, from: number, strip: Numbers): void {
  const length = strip.length / planes.length
  planes.forEach((plane, c) => plane.set(strip.subarray(c * length, (c + 1) * length), from * width))
}
