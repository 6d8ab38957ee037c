import { newPixels, type Pixels } from './pixels.ts'

/** Luma of ITU-R 601-2 in Pillow's fixed point. */
export function toGray(source: Pixels): Pixels {
  if (source.channels === 1) return source
  const { channels, data } = source
  const gray = newPixels(source.width, source.height, 1)
  for (let index = 0, at = 0; index < gray.data.length; index++, at += channels)
    gray.data[index] =
      ((data[at] as number) * 19595 +
        (data[at + 1] as number) * 38470 +
        (data[at + 2] as number) * 7471 +
        0x8000) >>
      16
  return gray
}

/** Three channels; alpha is dropped, not flattened: see flatten. */
export function toRgb(source: Pixels): Pixels {
  if (source.channels === 3) return source
  const { channels, data } = source
  const rgb = newPixels(source.width, source.height, 3)
  const [green, blue] = channels === 1 ? [0, 0] : [1, 2]
  for (let at = 0, from = 0; at < rgb.data.length; at += 3, from += channels) {
    rgb.data[at] = data[from] as number
    rgb.data[at + 1] = data[from + green] as number
    rgb.data[at + 2] = data[from + blue] as number
  }
  return rgb
}

/** Lays a picture with alpha over one colour, in the stored (gamma) values as every picture program does. */
export function flatten(source: Pixels, [red, green, blue]: [number, number, number]): Pixels {
  if (source.channels !== 4) return toRgb(source)
  const { data } = source
  const rgb = newPixels(source.width, source.height, 3)
  for (let at = 0, from = 0; at < rgb.data.length; at += 3, from += 4) {
    const alpha = data[from + 3] as number
    rgb.data[at] = mix(data[from] as number, red, alpha)
    rgb.data[at + 1] = mix(data[from + 1] as number, green, alpha)
    rgb.data[at + 2] = mix(data[from + 2] as number, blue, alpha)
  }
  return rgb
}

/** (top * alpha + bottom * (255 - alpha)) / 255, rounded; exact at both ends. */
export function mix(top: number, bottom: number, alpha: number): number {
  return Math.floor((top * alpha + bottom * (255 - alpha)) / 255 + 0.5)
}
