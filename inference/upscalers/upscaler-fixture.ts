import { safetensorsBytes, type TensorSpec } from '../checkpoints/safetensors-fixture.ts'

/** Small numbers that repeat from run to run. */
export function noise(count: number, seed: number, strength = 1): Float32Array {
  let state = seed >>> 0
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state / 2 ** 31 - 1) * strength
  })
}

export type Kernel = {
  weight: Float32Array
  bias: Float32Array
  outputs: number
  inputs: number
  size: number
}

/** Weights of a network by layer name: convolutions [out, in, size, size] and PReLU slopes. */
export class Layers {
  readonly kernels = new Map<string, Kernel>()
  readonly slopes = new Map<string, Float32Array>()
  #seed = 1

  conv(name: string, inputs: number, outputs: number, strength: number, size = 3): void {
    const fan = Math.sqrt(inputs * size * size)
    const weight = noise(outputs * inputs * size * size, this.#seed++, strength / fan)
    this.kernels.set(name, { weight, bias: noise(outputs, this.#seed++, 0.05), outputs, inputs, size })
  }

  slope(name: string, count: number): void {
    this.slopes.set(name, noise(count, this.#seed++, 0.3))
  }

  file(rename: (name: string) => string = (name) => name): Uint8Array<ArrayBuffer> {
    const specs: TensorSpec[] = []
    const bytes = (data: Float32Array): Uint8Array => new Uint8Array(data.buffer)
    for (const [name, { weight, bias, outputs, inputs, size }] of this.kernels) {
      const shape = [outputs, inputs, size, size]
      specs.push({ name: `${rename(name)}.weight`, dtype: 'F32', shape, data: bytes(weight) })
      specs.push({ name: `${rename(name)}.bias`, dtype: 'F32', shape: [outputs], data: bytes(bias) })
    }
    for (const [name, data] of this.slopes) {
      specs.push({ name: `${rename(name)}.weight`, dtype: 'F32', shape: [data.length], data: bytes(data) })
    }
    return safetensorsBytes(specs)
  }
}

/** [channels, height, width] */
export type Planes = { channels: number; height: number; width: number; data: Float32Array }

function map(
  planes: Planes,
  channels: number,
  value: (c: number, y: number, x: number) => number,
  factor = 1,
): Planes {
  const [height, width] = [planes.height * factor, planes.width * factor]
  const data = new Float32Array(channels * height * width)
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) data[(c * height + y) * width + x] = value(c, y, x)
  return { channels, height, width, data }
}

const at = ({ data, height, width }: Planes, c: number, y: number, x: number): number =>
  y < 0 || x < 0 || y >= height || x >= width ? 0 : (data[(c * height + y) * width + x] as number)

/** The layers once more, in plain loops: what the graphs are compared with. */
export const plain = {
  conv(x: Planes, layers: Layers, name: string): Planes {
    const kernel = layers.kernels.get(name)
    if (kernel === undefined) throw new Error(`no layer ${name}`)
    const { weight, bias, outputs, inputs, size } = kernel
    const border = (size - 1) / 2
    return map(x, outputs, (o, row, column) => {
      let sum = bias[o] as number
      for (let i = 0; i < inputs; i++)
        for (let dy = 0; dy < size; dy++)
          for (let dx = 0; dx < size; dx++)
            sum +=
              (weight[((o * inputs + i) * size + dy) * size + dx] as number) *
              at(x, i, row + dy - border, column + dx - border)
      return sum
    })
  },
  leaky: (x: Planes, slope = 0.2): Planes =>
    map(x, x.channels, (c, y, k) => Math.max(at(x, c, y, k), 0) + slope * Math.min(at(x, c, y, k), 0)),
  slopes: (x: Planes, slopes: Float32Array): Planes =>
    map(
      x,
      x.channels,
      (c, y, k) => Math.max(at(x, c, y, k), 0) + (slopes[c] as number) * Math.min(at(x, c, y, k), 0),
    ),
  add: (a: Planes, b: Planes, strength = 1): Planes =>
    map(a, a.channels, (c, y, x) => at(a, c, y, x) + strength * at(b, c, y, x)),
  join: (parts: Planes[]): Planes => {
    const first = parts[0] as Planes
    const channels = parts.reduce((sum, part) => sum + part.channels, 0)
    const data = new Float32Array(channels * first.height * first.width)
    let offset = 0
    for (const part of parts) {
      data.set(part.data, offset)
      offset += part.data.length
    }
    return { ...first, channels, data }
  },
  nearest: (x: Planes, factor: number): Planes =>
    map(x, x.channels, (c, y, k) => at(x, c, Math.floor(y / factor), Math.floor(k / factor)), factor),
  shuffle: (x: Planes, factor: number): Planes =>
    map(
      x,
      x.channels / factor ** 2,
      (c, y, k) =>
        at(
          x,
          (c * factor + (y % factor)) * factor + (k % factor),
          Math.floor(y / factor),
          Math.floor(k / factor),
        ),
      factor,
    ),
  unshuffle: (x: Planes, factor: number): Planes =>
    map({ ...x, height: x.height / factor, width: x.width / factor }, x.channels * factor ** 2, (c, y, k) =>
      at(
        x,
        Math.floor(c / factor ** 2),
        y * factor + (Math.floor(c / factor) % factor),
        k * factor + (c % factor),
      ),
    ),
}

const slices = 2
export const width = 8

/** Random ESRGAN with two blocks; `folded`: squares of that many pixels become channels. */
export function randomEsrgan(ups: number, folded = 1): Layers {
  const layers = new Layers()
  layers.conv('conv_first', 3 * folded ** 2, width, 1)
  for (let i = 0; i < slices; i++)
    for (let k = 1; k <= 3; k++)
      for (let j = 1; j <= 5; j++)
        layers.conv(`body.${i}.rdb${k}.conv${j}`, width + 4 * (j - 1), j === 5 ? width : 4, 1)
  layers.conv('conv_body', width, width, 1)
  for (let i = 1; i <= ups; i++) layers.conv(`conv_up${i}`, width, width, 1)
  layers.conv('conv_hr', width, width, 1)
  layers.conv('conv_last', width, 3, 0.4)
  return layers
}

export function plainEsrgan(image: Planes, layers: Layers, ups: number, folded = 1): Planes {
  const first = plain.conv(plain.unshuffle(image, folded), layers, 'conv_first')
  let x = first
  for (let i = 0; i < slices; i++) {
    let inner = x
    for (let k = 1; k <= 3; k++) {
      const seen = [inner]
      for (let j = 1; j <= 4; j++)
        seen.push(plain.leaky(plain.conv(plain.join(seen), layers, `body.${i}.rdb${k}.conv${j}`)))
      inner = plain.add(inner, plain.conv(plain.join(seen), layers, `body.${i}.rdb${k}.conv5`), 0.2)
    }
    x = plain.add(x, inner, 0.2)
  }
  x = plain.add(first, plain.conv(x, layers, 'conv_body'))
  for (let i = 1; i <= ups; i++) x = plain.leaky(plain.conv(plain.nearest(x, 2), layers, `conv_up${i}`))
  return plain.conv(plain.leaky(plain.conv(x, layers, 'conv_hr')), layers, 'conv_last')
}

/** Random SRVGG with `count` inner convolutions. */
export function randomSrvgg(scale: number, count = 3): Layers {
  const layers = new Layers()
  for (let i = 0; i <= count; i++) {
    layers.conv(`body.${2 * i}`, i === 0 ? 3 : width, width, 1)
    layers.slope(`body.${2 * i + 1}`, width)
  }
  layers.conv(`body.${2 * count + 2}`, width, 3 * scale ** 2, 0.3)
  return layers
}

export function plainSrvgg(image: Planes, layers: Layers, scale: number, count = 3): Planes {
  let x = image
  for (let i = 0; i <= count; i++) {
    x = plain.slopes(
      plain.conv(x, layers, `body.${2 * i}`),
      layers.slopes.get(`body.${2 * i + 1}`) as Float32Array,
    )
  }
  return plain.add(
    plain.shuffle(plain.conv(x, layers, `body.${2 * count + 2}`), scale),
    plain.nearest(image, scale),
  )
}
