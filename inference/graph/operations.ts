import type { Core, Value } from './core.ts'
import { elementTypes, type ElementType } from './onnx.ts'

/** a value, or a number where a scalar will do */
export type Operand = Value | number

/** Arithmetic, shapes and activations: ONNX operators under short names. */
export function operationsOf(core: Core) {
  const { op, ops, int, scalar } = core
  const operand = (value: Operand): Value => (typeof value === 'number' ? scalar(value) : value)
  const binary = (type: string) => (a: Operand, b: Operand) => op(type, [operand(a), operand(b)])
  const unary = (type: string) => (x: Value) => op(type, [x])

  return {
    add: binary('Add'),
    sub: binary('Sub'),
    mul: binary('Mul'),
    div: binary('Div'),
    pow: binary('Pow'),
    min: binary('Min'),
    max: binary('Max'),
    equal: binary('Equal'),
    less: binary('Less'),
    greaterOrEqual: binary('GreaterOrEqual'),
    where: (condition: Value, yes: Value, no: Value): Value => op('Where', [condition, yes, no]),
    matmul: (a: Value, b: Value): Value => op('MatMul', [a, b]),

    neg: unary('Neg'),
    exp: unary('Exp'),
    log: unary('Log'),
    sqrt: unary('Sqrt'),
    sin: unary('Sin'),
    cos: unary('Cos'),
    tanh: unary('Tanh'),
    sigmoid: unary('Sigmoid'),
    relu: unary('Relu'),

    /** x * sigmoid(x) (Elfwing et al. 2017) */
    silu: (x: Value): Value =>
      op('QuickGelu', [x], { domain: 'com.microsoft', attributes: { alpha: { float: 1 } } }),
    /** x * sigmoid(1.702 x): OpenAI's CLIP */
    quickGelu: (x: Value): Value =>
      op('QuickGelu', [x], { domain: 'com.microsoft', attributes: { alpha: { float: 1.702 } } }),
    /** exact, with erf (Hendrycks & Gimpel 2016) */
    gelu: (x: Value): Value => op('Gelu', [x], { domain: 'com.microsoft' }),
    /** the tanh approximation */
    geluTanh: (x: Value): Value => op('FastGelu', [x], { domain: 'com.microsoft' }),
    leakyRelu: (x: Value, slope: number): Value =>
      op('LeakyRelu', [x], { attributes: { alpha: { float: slope } } }),
    softmax: (x: Value, axis = -1): Value => op('Softmax', [x], { attributes: { axis } }),

    /** 0 keeps a side, one side may be -1 */
    reshape: (x: Value, shape: readonly number[] | Value): Value =>
      op('Reshape', [x, 'id' in shape ? shape : int(shape)]),
    transpose: (x: Value, order: readonly number[]): Value =>
      op('Transpose', [x], { attributes: { perm: order } }),
    concat: (values: readonly Value[], axis: number): Value => op('Concat', values, { attributes: { axis } }),
    split: (x: Value, sizes: readonly number[], axis: number): Value[] =>
      ops('Split', [x, int(sizes)], sizes.length, { attributes: { axis } }),
    /** [start, end) along one axis; ends may be values (int64 of one element) or negative */
    slice: (x: Value, axis: number, start: number | Value, end: number | Value): Value =>
      op('Slice', [
        x,
        typeof start === 'number' ? int([start]) : start,
        typeof end === 'number' ? int([end]) : end,
        int([axis]),
      ]),
    gather: (x: Value, indices: Value, axis = 0): Value =>
      op('Gather', [x, indices], { attributes: { axis } }),
    unsqueeze: (x: Value, axes: readonly number[]): Value => op('Unsqueeze', [x, int(axes)]),
    squeeze: (x: Value, axes: readonly number[]): Value => op('Squeeze', [x, int(axes)]),
    expand: (x: Value, shape: Value): Value => op('Expand', [x, shape]),
    tile: (x: Value, repeats: readonly number[]): Value => op('Tile', [x, int(repeats)]),
    pad: (x: Value, pads: readonly number[]): Value => op('Pad', [x, int(pads)]),
    /** sides [start, end) of x's shape, int64 */
    shape: (x: Value, start = 0, end?: number): Value => op('Shape', [x], { attributes: { start, end } }),
    cast: (x: Value, type: ElementType): Value => op('Cast', [x], { attributes: { to: elementTypes[type] } }),
    argMax: (x: Value, axis: number): Value => op('ArgMax', [x], { attributes: { axis, keepdims: 0 } }),
    mean: (x: Value, axes: readonly number[]): Value => op('ReduceMean', [x, int(axes)]),
    sum: (x: Value, axes: readonly number[]): Value => op('ReduceSum', [x, int(axes)]),
  }
}

export type Operations = ReturnType<typeof operationsOf>
