import { createGraph, none } from './graph.ts'
import type { UpscalerGraph } from './rrdb.ts'
import { countBelow, required, type WeightSource } from './weights.ts'

/**
 * SRVGGNetCompact (Real-ESRGAN's small networks): plain convolutions at the picture's own size, shuffled into pixels
 * and added to the nearest-neighbour enlargement. image [1, 3, h, w] -> upscaled.
 */
export function srvggGraph(weights: WeightSource, path: string): UpscalerGraph {
  const g = createGraph(weights, { unbiased: none })
  const [, channels = 3] = required(weights, 'body.0.weight').shape
  const layers = countBelow(weights, 'body.')
  const [outputs = 0] = required(weights, `body.${layers - 1}.weight`).shape
  const scale = Math.round(Math.sqrt(outputs / channels))
  const image = g.input('image', 'float32', [1, channels, 'height', 'width'])

  let x = image
  for (let i = 0; i < layers; i++) {
    const shape = g.shapeOf(`body.${i}.weight`)
    // Between the convolutions lie PReLUs (He et al. 2015), one slope for each channel.
    x =
      shape.length === 4
        ? g.conv(x, `body.${i}`, { padding: 1 })
        : g.op('PRelu', [x, g.reshape(g.weight(`body.${i}.weight`), [-1, 1, 1])])
  }
  const shuffled = g.op('DepthToSpace', [x], { attributes: { blocksize: scale, mode: 'CRD' } })
  g.output('upscaled', g.add(shuffled, g.upsample(image, scale)), [1, channels, 'out_height', 'out_width'])
  return { source: g.finish('srvgg', path), scale, multiple: 1 }
}
