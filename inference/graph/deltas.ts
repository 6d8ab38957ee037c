import type { Core, Value } from './core.ts'
import type { Operations } from './operations.ts'
import { reshaped, rowsOf, type Delta, type Weight } from './weights.ts'

/** Input that an adapter's strength is fed to, a scalar. */
export const scaleInput = (adapter: number): string => `adapter_scale.${adapter}`

type Rows = readonly [number, number] | undefined

const flat = (weight: Weight): Weight =>
  weight.shape.length > 2
    ? reshaped(weight, [weight.shape[0] ?? 0, weight.shape.slice(1).reduce((a, b) => a * b, 1)])
    : weight

/** The rows of the change that a part of the outputs sees. */
function rowsWithin(delta: Delta, rows: Rows): Rows {
  const [start, end] = delta.rows ?? [0, Number.POSITIVE_INFINITY]
  if (rows === undefined) return delta.rows
  return [start + rows[0], Math.min(end, start + rows[1])]
}

/**
 * What adapters add to a layer's output. Low-rank changes run as two thin layers beside the frozen one (Hu et al.
 * 2021), so that the frozen one may be packed, quantised or shared; all others are multiplied out into a weight of
 * their own, which ONNX Runtime does once, when the session opens.
 */
export function deltasOf(core: Core, operations: Operations) {
  const { op } = core
  const { add, sub, mul, div, matmul, reshape, unsqueeze } = operations

  const named = (delta: Delta, name: string, part: string) => (weight: Weight) =>
    core.widen(`adapter.${delta.adapter}/${name}/${part}`, weight)

  function strength(delta: Delta): Value {
    const scale = core.input(scaleInput(delta.adapter), 'float32', [])
    return delta.factor === 1 ? scale : mul(scale, delta.factor)
  }

  function times(x: Value, weight: Value, name: string): Value {
    return op('FusedMatMul', [x, weight], { domain: 'com.microsoft', attributes: { transB: 1 }, name })
  }

  /** core [r, s, k, k], first [r, in], second [s, out] (LyCORIS' Tucker form) -> [out, in, k, k] */
  function tucker(middle: Value, first: Value, second: Value): Value {
    return op('Einsum', [middle, first, second], {
      attributes: { equation: 'ijkl,jr,ip->prkl' },
    })
  }

  function product(parts: readonly Value[], shape: readonly number[]): Value {
    const [a, b, middle] = parts as [Value, Value | undefined, Value | undefined]
    if (b === undefined) return a
    return middle === undefined ? reshape(matmul(a, b), shape) : tucker(middle, b, a)
  }

  function kronecker(first: Value, second: Value, shape: readonly number[]): Value {
    // [a, 1, b, 1, ...] * [1, c, 1, d, ...] -> [a c, b d, ...]
    const spread = shape.length > 2 ? [1, 3, 4, 5] : [1, 3]
    return reshape(mul(unsqueeze(first, spread), unsqueeze(second, [0, 2])), shape)
  }

  /** The change itself, without strength, in the weight's shape. */
  function change(name: string, shape: readonly number[], delta: Delta): Value {
    const part = (label: string, weights: readonly Weight[]): Value[] =>
      weights.map((weight, i) => named(delta, name, `${label}${i}`)(weight))
    const { change: what } = delta
    if (what.kind === 'full') return reshape(named(delta, name, 'full')(what.weight), shape)
    if (what.kind === 'loha') {
      return reshape(
        mul(product(part('a', what.first), shape), product(part('b', what.second), shape)),
        shape,
      )
    }
    if (what.kind === 'lokr') {
      const [rows = 0, columns = 0, ...kernel] = shape
      const a = what.first[0]?.shape[0] ?? 1
      const b = what.first.at(-1)?.shape[1] ?? 1
      const small = reshape(pair(part('b', what.second)), [rows / a, columns / b, ...kernel])
      return kronecker(pair(part('a', what.first)), small, shape)
    }
    const up = named(delta, name, 'up')(flat(what.up))
    const down = named(delta, name, 'down')(flat(what.down))
    if (what.mid === undefined) return reshape(matmul(up, down), shape)
    const middle = named(delta, name, 'mid')(what.mid)
    // mid [r, r, k, k]: out r, r in
    return op('Einsum', [up, middle, down], { attributes: { equation: 'pi,ijkl,jr->prkl' } })
  }

  function pair(values: readonly Value[]): Value {
    const [a, b, middle] = values as [Value, Value | undefined, Value | undefined]
    if (b === undefined) return a
    return middle === undefined ? matmul(a, b) : tucker(middle, b, a)
  }

  /** Liu et al. 2024: the changed weight with its columns (or rows) brought to learned lengths, less the weight. */
  function withMagnitude(raw: Value, name: string, frozen: Weight, delta: Delta): Value {
    if (delta.magnitude === undefined) return mul(raw, delta.factor)
    const { shape } = frozen
    const weight = core.widen(`${name}.weight`, frozen)
    const changed = add(weight, mul(raw, delta.factor))
    // Of a fused matrix only learned lengths of rows are taken, and only those of this layer.
    const byOutput = delta.rows !== undefined || delta.magnitude.shape[0] === shape[0]
    const axes = shape.map((_, axis) => axis).filter((axis) => axis !== (byOutput ? 0 : 1))
    const length = op('ReduceL2', [changed, core.int(axes)])
    const sides = shape.map((side, axis) => (axes.includes(axis) ? 1 : side))
    const all = named(delta, name, 'magnitude')(delta.magnitude)
    const own = delta.rows === undefined ? all : operations.slice(all, 0, delta.rows[0], delta.rows[1])
    const wanted = reshape(own, sides)
    return sub(mul(changed, div(wanted, length)), weight)
  }

  /** The change with everything but the person's strength in it, for the given rows of the weight. */
  function multiplied(name: string, frozen: Weight, delta: Delta, rows: Rows): Value {
    const [first = 0, ...rest] = frozen.shape
    const learned = delta.rows === undefined ? frozen.shape : [learnedRows(delta.change) ?? first, ...rest]
    const raw = change(name, learned, delta)
    if (delta.magnitude !== undefined && delta.rows !== undefined) {
      const own = operations.slice(raw, 0, delta.rows[0], delta.rows[1])
      const changed = withMagnitude(own, name, frozen, delta)
      return rows === undefined ? changed : operations.slice(changed, 0, rows[0], rows[1])
    }
    const whole = withMagnitude(raw, name, frozen, delta)
    const wanted = rowsWithin(delta, rows)
    return wanted === undefined ? whole : operations.slice(whole, 0, wanted[0], wanted[1])
  }

  return {
    /** the change with alpha, rank and magnitude in it, in the weight's shape */
    whole: (name: string, frozen: Weight, delta: Delta): Value => multiplied(name, frozen, delta, undefined),
    scaleOf: (delta: Delta): string => scaleInput(delta.adapter),

    /** x [..., in] -> what is added to [..., out] */
    linear(x: Value, name: string, frozen: Weight, delta: Delta, rows: Rows): Value {
      const { change: what } = delta
      if (what.kind !== 'lora' || what.mid !== undefined || delta.magnitude !== undefined) {
        const scale = core.input(scaleInput(delta.adapter), 'float32', [])
        const matrix = multiplied(name, { ...frozen, shape: flat(frozen).shape }, delta, rows)
        return mul(times(x, matrix, `${name}/adapter.${delta.adapter}`), scale)
      }
      const wanted = rowsWithin(delta, rows)
      const up = flat(what.up)
      const label = wanted === undefined ? 'up' : `up[${wanted[0]}:${wanted[1]}]`
      const narrow = times(
        x,
        named(delta, name, 'down')(flat(what.down)),
        `${name}/adapter.${delta.adapter}/down`,
      )
      const wide = named(
        delta,
        name,
        label,
      )(wanted === undefined ? up : rowsOf(up, wanted[0], Math.min(wanted[1], up.shape[0] ?? 0)))
      return times(mul(narrow, strength(delta)), wide, `${name}/adapter.${delta.adapter}/up`)
    },

    /** `run` is the layer's own convolution, with another kernel */
    conv(
      x: Value,
      name: string,
      frozen: Weight,
      delta: Delta,
      run: (x: Value, kernel: Value, size: readonly number[]) => Value,
    ): Value {
      const { change: what } = delta
      if (what.kind !== 'lora' || what.mid !== undefined || delta.magnitude !== undefined) {
        const scale = core.input(scaleInput(delta.adapter), 'float32', [])
        return mul(run(x, multiplied(name, frozen, delta, undefined), frozen.shape), scale)
      }
      const narrow = run(x, named(delta, name, 'down')(what.down), what.down.shape)
      const up = reshaped(what.up, [what.up.shape[0] ?? 0, what.up.shape[1] ?? 0, 1, 1])
      return op('Conv', [mul(narrow, strength(delta)), named(delta, name, 'up')(up)], {
        attributes: { kernel_shape: [1, 1] },
        name: `${name}/adapter.${delta.adapter}/up`,
      })
    },

    /** a vector that is added to a bias */
    bias(name: string, delta: Delta, rows: Rows): Value {
      if (delta.change.kind !== 'full') throw new Error(`${name}: a bias has no rank`)
      const whole = named(delta, name, 'full')(delta.change.weight)
      const wanted = rowsWithin(delta, rows)
      const part = wanted === undefined ? whole : operations.slice(whole, 0, wanted[0], wanted[1])
      return mul(part, strength(delta))
    },
  }
}

/** Outputs of the matrix that a change was learned for; of a convolution in Tucker's form nothing is said. */
export function learnedRows(what: Delta['change']): number | undefined {
  if (what.kind === 'lora') return what.up.shape[0]
  if (what.kind === 'full') return what.weight.shape[0]
  if (what.kind === 'loha') return what.first[0]?.shape[0]
  return (what.first[0]?.shape[0] ?? 1) * (what.second[0]?.shape[0] ?? 1)
}
