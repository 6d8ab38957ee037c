import type { Core, Value } from './core.ts'
import { deltasOf } from './deltas.ts'
import type { Operations } from './operations.ts'
import { quantisedOf } from './quantised.ts'
import { partKey, required, reshaped, rowsOf } from './weights.ts'
import { winogradOf } from './winograd.ts'

/** [top, left, bottom, right], or the same on every side */
export type Padding = number | readonly [number, number, number, number]
export type ConvOptions = {
  stride?: number
  padding?: Padding
  groups?: number
  /** a value of the same height and width as the input, for what depends on them alone */
  like?: Value
}
export type LinearOptions = {
  /** rows [start, end) of weight and bias: a part of the outputs, as if it were a layer of its own */
  rows?: readonly [number, number]
}

export type NetworkOptions = {
  /** modules of this architecture that have no bias; all others must have one. Absent: nobody knows */
  unbiased?: RegExp
}

/** Linear layers and convolutions: exact, in 8 bits where the weight says so, with what adapters add to them. */
export function denseLayersOf(core: Core, operations: Operations, { unbiased }: NetworkOptions) {
  const { op, weights } = core
  const { add } = operations
  const deltas = deltasOf(core, operations)
  const quantised = quantisedOf(core, operations)
  const winograd = winogradOf(core, operations)

  function part(name: string, rows: LinearOptions['rows']): Value {
    const weight = required(weights, name)
    // A 1x1 convolution is a linear layer over channels.
    const flat = weight.shape.length > 2 ? reshaped(weight, weight.shape.slice(0, 2)) : weight
    if (rows === undefined) return core.widen(name, flat)
    // Outputs of a matrix that the file holds transposed are columns there, and not contiguous.
    if (weight.transposed === true) return operations.slice(core.widen(name, flat), 1, rows[0], rows[1])
    return core.widen(`${name}${partKey(rows)}`, rowsOf(flat, rows[0], rows[1]))
  }

  function biasOf(name: string, outputs: number, rows?: LinearOptions['rows']): Value | undefined {
    if (!weights.has(`${name}.bias`) && unbiased?.test(name) !== false) return undefined
    const bias = core.expect(`${name}.bias`, [outputs])
    let sum = part(`${name}.bias`, rows)
    for (const delta of bias.deltas ?? []) sum = add(sum, deltas.bias(`${name}.bias`, delta, rows))
    return sum
  }

  return {
    /** x [..., in] -> [..., out]; weight [out, in]. FusedMatMul packs [out, in] as well as [in, out]. */
    linear(x: Value, name: string, { rows }: LinearOptions = {}): Value {
      const inputs = core.sidesOf(x)?.at(-1)
      const weight = core.expect(`${name}.weight`, [undefined, inputs], { flat: true })
      const [outputs = 0] = weight.shape
      const bias = biasOf(name, outputs, rows)
      core.layers.push({ kind: 'linear', module: name, ...(rows === undefined ? {} : { rows }) })
      const exact = (): Value => {
        const product = op('FusedMatMul', [x, part(`${name}.weight`, rows)], {
          domain: 'com.microsoft',
          attributes: { transB: weight.transposed === true ? 0 : 1 },
          name,
        })
        return bias === undefined ? product : add(product, bias)
      }
      const small = weight.quantised?.get(partKey(rows))
      let result = small === undefined ? exact() : quantised.linear(x, small, `${name}${partKey(rows)}`, bias)
      for (const delta of weight.deltas ?? []) {
        result = add(result, deltas.linear(x, name, weight, delta, rows))
      }
      const width = rows === undefined ? outputs : rows[1] - rows[0]
      const sides = core.sidesOf(x)?.slice(0, -1)
      if (sides !== undefined) core.know(result, [...sides, width], { label: `${name}.weight`, weight })
      return result
    },

    /** x [batch, in, height, width]; weight [out, in / groups, kernel, kernel] */
    conv(x: Value, name: string, options: ConvOptions = {}): Value {
      const { stride = 1, padding = 0, groups = 1, like = x } = options
      const [batch, channels, height, width] = core.sidesOf(x) ?? []
      const inputs = typeof channels === 'number' ? channels / groups : undefined
      const window = padding === 0 ? stride : 3
      const weight = core.expect(`${name}.weight`, [undefined, inputs, window, window])
      const pads = typeof padding === 'number' ? ([padding, padding, padding, padding] as const) : padding
      const run = (
        input: Value,
        kernel: Value,
        size: readonly number[],
        label: string,
        bias?: Value,
      ): Value =>
        op('Conv', bias === undefined ? [input, kernel] : [input, kernel, bias], {
          attributes: { kernel_shape: size.slice(2), strides: [stride, stride], pads, group: groups },
          name: label,
        })
      const [outputs = 0, , rows = 1, columns = 1] = weight.shape
      const bias = biasOf(name, outputs)
      const tiled = stride === 1 && rows === 3 && columns === 3 && pads.every((side) => side === 1)
      if (groups === 1) core.layers.push({ kind: 'conv', module: name, ...(tiled ? { tiled } : {}) })
      const direct = (): Value => {
        const small = weight.quantised?.get('')
        if (small === undefined) return run(x, core.widen(`${name}.weight`, weight), weight.shape, name, bias)
        return quantised.conv(x, small, name, { kernel: [rows, columns], stride, pads }, bias, like)
      }
      let result = weight.winograd === undefined ? direct() : winograd.conv(x, weight.winograd, name, bias)
      for (const [i, delta] of (weight.deltas ?? []).entries()) {
        const again = (input: Value, kernel: Value, size: readonly number[]): Value =>
          run(input, kernel, size, `${name}/delta.${i}`)
        result = add(result, deltas.conv(x, name, weight, delta, again))
      }
      const sides = stride === 1 ? [height, width] : [undefined, undefined]
      core.know(result, [batch, outputs, ...sides], { label: `${name}.weight`, weight })
      return result
    },
  }
}
