import type { BuiltGraph } from './core.ts'
import { type ModelProto, type NodeProto, type TensorProto, encodeModel } from './onnx.ts'

/**
 * [Note: Shared norms] A group norm takes mean and variance over the whole picture. In tiles each would take its own,
 * and the tiles would differ in brightness. The rewritten graph takes them from outside and tells those of its tile,
 * each norm of the part [crop_start, crop_end) that no other tile counts; the caller adds them up. With own = 1 it goes
 * by its own, which is where adding up begins.
 *
 * Further inputs: norm_means, norm_variances [norms, groups, 1], own [1], crop_start, crop_end [2] (rows, columns of the
 * graph's own input). Further outputs: tile_means, tile_variances [norms, groups, 1].
 */
export function withSharedNorms(graph: BuiltGraph): BuiltGraph {
  const { model } = graph
  const [input] = model.inputs
  if (input === undefined) throw new Error('a graph without inputs')
  const nodes: NodeProto[] = []
  const means: string[] = []
  const variances: string[] = []
  const add = (type: string, inputs: readonly string[], output: string, attributes = {}): string => {
    nodes.push({ name: output, type, domain: '', inputs, outputs: [output], attributes })
    return output
  }
  add('Shape', [input.name], 'input_sides', { start: 2, end: 4 })
  add('Sub', ['norm_one', 'own'], 'shared')
  const producers = new Map(model.nodes.flatMap((node) => node.outputs.map((output) => [output, node])))
  const epsilons: TensorProto[] = []

  for (const node of model.nodes) {
    if (node.type !== 'InstanceNormalization') {
      nodes.push(node)
      continue
    }
    const [flat = ''] = node.inputs
    const reshape = producers.get(flat)
    const [map, grouped] = reshape?.type === 'Reshape' ? reshape.inputs : []
    const [output] = node.outputs
    if (map === undefined || grouped === undefined || output === undefined) {
      throw new Error(`the norm ${node.name} is not over groups of a map`)
    }
    const number = means.length
    const own = (name: string) => `${node.name}/${name}`
    const sides = add('Shape', [map], own('sides'), { start: 2, end: 4 })
    const at = (bound: string) =>
      add('Div', [add('Mul', [bound, sides], own(`${bound}*`)), 'input_sides'], own(bound))
    const crop = add('Slice', [map, at('crop_start'), at('crop_end'), 'norm_sides'], own('crop'))
    const values = add('Reshape', [crop, grouped], own('values'))
    const mean = add('ReduceMean', [values, 'norm_axis'], own('mean'))
    const away = add('Sub', [values, mean], own('away'))
    const variance = add(
      'ReduceMean',
      [add('Mul', [away, away], own('square')), 'norm_axis'],
      own('variance'),
    )
    means.push(mean)
    variances.push(variance)
    const taken = (name: string, tile: string) => {
      const given = add('Gather', [`norm_${name}s`, `norm_${number}`], own(`given_${name}`))
      const [one, other] = [
        add('Mul', [tile, 'own'], own(`own_${name}`)),
        add('Mul', [given, 'shared'], own(`shared_${name}`)),
      ]
      return add('Add', [one, other], own(`taken_${name}`))
    }
    epsilons.push(float(`norm_epsilon_${number}`, epsilonOf(node)), integers(`norm_${number}`, [number], []))
    const spread = add('Add', [taken('variance', variance), `norm_epsilon_${number}`], own('spread'))
    const centred = add('Sub', [flat, taken('mean', mean)], own('centred'))
    add('Div', [centred, add('Sqrt', [spread], own('deviation'))], output)
  }
  add('Concat', means, 'tile_means', { axis: 0 })
  add('Concat', variances, 'tile_variances', { axis: 0 })

  const statistics = [means.length, 'groups', 1] as const
  const port = (name: string, shape: readonly (number | string)[]) => ({
    name,
    type: 'float32' as const,
    shape,
  })
  const bound = (name: string) => ({ name, type: 'int64' as const, shape: [2] })
  const rewritten: ModelProto = {
    ...model,
    nodes,
    initialisers: [
      ...model.initialisers,
      ...epsilons,
      float('norm_one', 1),
      integers('norm_axis', [2]),
      integers('norm_sides', [2, 3]),
    ],
    inputs: [
      ...model.inputs,
      port('norm_means', statistics),
      port('norm_variances', statistics),
      port('own', [1]),
      bound('crop_start'),
      bound('crop_end'),
    ],
    outputs: [...model.outputs, port('tile_means', statistics), port('tile_variances', statistics)],
  }
  const { inputs, outputs } = rewritten
  return { ...graph, model: rewritten, inputs, outputs, bytes: encodeModel(rewritten) }
}

function epsilonOf({ attributes }: NodeProto): number {
  const { epsilon } = attributes
  return typeof epsilon === 'object' && 'float' in epsilon ? epsilon.float : 1e-5
}

function float(name: string, value: number): TensorProto {
  return { name, type: 'float32', shape: [1], data: new Uint8Array(Float32Array.of(value).buffer) }
}

function integers(
  name: string,
  values: readonly number[],
  shape: readonly number[] = [values.length],
): TensorProto {
  return { name, type: 'int64', shape, data: new Uint8Array(BigInt64Array.from(values, BigInt).buffer) }
}
