import { createGraph, none, type BuiltGraph, type Graph, type Value } from './graph.ts'
import { countBelow, required, type WeightSource } from './weights.ts'

/** What goes in and out: planar RGB of 0..1, in blocks of `multiple` pixels, out `scale` times as large. */
export type UpscalerGraph = { source: BuiltGraph; scale: number; multiple: number }

const slope = 0.2
/** Residuals are added a fifth strong (Wang et al. 2018, ESRGAN). */
const residual = 0.2

/** Five convolutions, each of which sees everything before it. */
function denseBlock(g: Graph, x: Value, name: string): Value {
  const seen = [x]
  for (let i = 1; i <= 4; i++) {
    const all = seen.length === 1 ? x : g.concat(seen, 1)
    seen.push(g.leakyRelu(g.conv(all, `${name}.conv${i}`, { padding: 1 }), slope))
  }
  return g.add(x, g.mul(g.conv(g.concat(seen, 1), `${name}.conv5`, { padding: 1 }), residual))
}

/** Every square of `factor` pixels becomes one pixel of factor² times the channels (channel, dy, dx). */
export function pixelUnshuffle(g: Graph, x: Value, channels: number, factor: number): Value {
  if (factor === 1) return x
  const side = g.int([factor])
  const rows = g.div(g.shape(x, 2, 3), side)
  const columns = g.div(g.shape(x, 3, 4), side)
  const split = g.reshape(x, g.concat([g.int([0, channels]), rows, side, columns, side], 0))
  const ordered = g.transpose(split, [0, 1, 3, 5, 2, 4])
  return g.reshape(ordered, g.concat([g.int([0, channels * factor ** 2]), rows, columns], 0))
}

/**
 * ESRGAN and Real-ESRGAN (Wang et al. 2018, 2021) in the names of checkpoints/upscaler-keys.ts: the number of blocks,
 * the enlargement and the folding of the input follow from the tensors. image [1, 3, h, w] -> upscaled.
 */
export function rrdbGraph(weights: WeightSource, path: string): UpscalerGraph {
  const g = createGraph(weights, { unbiased: none })
  const [, inputs = 3] = required(weights, 'conv_first.weight').shape
  const [channels = 3] = required(weights, 'conv_last.weight').shape
  // x1 and x2 models fold squares of 4 or 2 pixels into channels and enlarge fourfold all the same.
  const factor = Math.round(Math.sqrt(inputs / channels))
  const ups = countBelow(weights, 'ups.')
  const image = g.input('image', 'float32', [1, channels, 'height', 'width'])

  const first = g.conv(pixelUnshuffle(g, image, channels, factor), 'conv_first', { padding: 1 })
  let x = first
  for (let i = 0; i < countBelow(weights, 'body.'); i++) {
    let inner = x
    for (let k = 1; k <= 3; k++) inner = denseBlock(g, inner, `body.${i}.rdb${k}`)
    x = g.add(x, g.mul(inner, residual))
  }
  x = g.add(first, g.conv(x, 'conv_body', { padding: 1 }))
  for (let i = 0; i < ups; i++) {
    x = g.leakyRelu(g.conv(g.upsample(x, 2), `ups.${i}`, { padding: 1 }), slope)
  }
  x = g.leakyRelu(g.conv(x, 'conv_hr', { padding: 1 }), slope)
  g.output('upscaled', g.conv(x, 'conv_last', { padding: 1 }), [1, channels, 'out_height', 'out_width'])
  return { source: g.finish('esrgan', path), scale: 2 ** ups / factor, multiple: factor }
}
