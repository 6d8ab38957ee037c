/** 8-bit samples, row major, channels interleaved (1 grey, 3 RGB, 4 RGBA with straight alpha). */
export type Pixels = { width: number; height: number; channels: 1 | 3 | 4; data: Uint8Array }

/** A float picture as the networks want it: [1, channels, height, width], planar. */
export type Planes = { width: number; height: number; channels: number; data: Float32Array }

export function newPixels(width: number, height: number, channels: Pixels['channels']): Pixels {
  return { width, height, channels, data: new Uint8Array(width * height * channels) }
}
