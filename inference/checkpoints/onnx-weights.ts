import { realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Weight } from '../graph/weights.ts'
import { ByteCursor } from './byte-cursor.ts'
import { damaged, withFile } from './file-bytes.ts'
import { dataTypes, fields, insideFolder, readEntry, varint } from './onnx-header.ts'

/*
 * [Note: Weights inside ONNX files] The tensors of an .onnx file lie in it as plain bytes, so they can be used where
 * they are, like those of a safetensors file. Exporters keep PyTorch's names for most of them, but constants that
 * they compute lose theirs: a linear layer's weight is transposed and called onnx::MatMul_123, a group norm's gain
 * onnx::Mul_7. The name of the node that uses such a tensor still spells the module's path
 * (/down_blocks.0/attentions.0/…/to_q/MatMul), so the parameter's name is read off there.
 */

export type StoredNode = { name: string; type: string; inputs: string[]; outputs: string[] }
type Contents = { tensors: Map<string, Weight>; nodes: StoredNode[] }

const budget = 1 << 30
const typesOfInterest = new Set(['MatMul', 'Mul', 'Add', 'Conv', 'Gemm', 'LayerNormalization', 'Slice'])
const textLimit = 65_536

/** The weights of an .onnx file under PyTorch's names. Throws 'model-damaged', 'path-not-found'. */
export async function readOnnxWeights(path: string): Promise<Map<string, Weight>> {
  const { tensors, nodes } = await readContents(path)
  const named = new Map([...tensors].filter(([name]) => !name.startsWith('onnx::')))
  for (const node of nodes.filter(({ type }) => typesOfInterest.has(type))) {
    const module = node.name.split('/').slice(1, -1).join('.')
    if (module === '') continue
    node.inputs.forEach((input, place) => {
      const tensor = tensors.get(input)
      const [parameter, restored] =
        (tensor === undefined ? undefined : parameterOf(node.type, tensor, place)) ?? []
      if (parameter !== undefined && restored !== undefined && !named.has(`${module}.${parameter}`)) {
        named.set(`${module}.${parameter}`, restored)
      }
    })
  }
  return named
}

/**
 * What a node's constant was in the module: matrices come back transposed, gains as vectors. Tensors that have their
 * name are looked at too: exporters keep one of several that are equal.
 */
function parameterOf(type: string, weight: Weight, place: number): [string, Weight] | undefined {
  const { shape } = weight
  const size = shape.reduce((product, side) => product * side, 1)
  if (size < 2) return undefined
  if (type === 'MatMul') {
    const [inputs, outputs] = shape
    if (shape.length !== 2 || inputs === undefined || outputs === undefined) return undefined
    return ['weight', { ...weight, shape: [outputs, inputs], transposed: true }]
  }
  if (type === 'Slice') {
    // SD 3's table of positions, [1, side, side, width] here and [1, side * side, width] in the module.
    const [one, rows, columns, width] = shape
    if (place !== 0 || one !== 1 || rows !== columns || rows === undefined || width === undefined)
      return undefined
    return ['pos_embed', { ...weight, shape: [1, rows * rows, width] }]
  }
  if (type === 'Mul') return ['weight', { ...weight, shape: [size] }]
  if (type === 'Add') return ['bias', { ...weight, shape: [size] }]
  return [place === 1 ? 'weight' : 'bias', weight]
}

/** Every node of an .onnx file, in its order. Throws as `readOnnxWeights`. */
export async function readOnnxNodes(path: string): Promise<readonly StoredNode[]> {
  return (await readContents(path)).nodes
}

async function readContents(path: string): Promise<Contents> {
  const real = await realpath(path).catch(() => path)
  return withFile(real, async (file, size) => {
    const cursor = new ByteCursor(file, real, size, budget)
    const contents: Contents = { tensors: new Map(), nodes: [] }
    for await (const field of fields(cursor, size)) {
      if (field.number !== 7 || !field.delimited) continue
      const end = cursor.position + field.value
      for await (const part of fields(cursor, end)) {
        if (!part.delimited) continue
        const last = cursor.position + part.value
        if (part.number === 1) await readNode(cursor, last, contents)
        if (part.number === 5) await readTensor(cursor, last, contents)
      }
    }
    return contents
  })
}

async function readNode(cursor: ByteCursor, end: number, { nodes }: Contents): Promise<void> {
  const node: StoredNode = { name: '', type: '', inputs: [], outputs: [] }
  for await (const field of fields(cursor, end)) {
    if (!field.delimited) continue
    if (field.number === 1) node.inputs.push(await cursor.text(field.value, textLimit))
    if (field.number === 2) node.outputs.push(await cursor.text(field.value, textLimit))
    if (field.number === 3) node.name = await cursor.text(field.value, textLimit)
    if (field.number === 4) node.type = await cursor.text(field.value, textLimit)
  }
  nodes.push(node)
}

/** TensorProto: dims 1, data_type 2, float_data 4 (packed), name 8, raw_data 9, external_data 13. */
async function readTensor(cursor: ByteCursor, end: number, { tensors }: Contents): Promise<void> {
  const shape: number[] = []
  const external = new Map<string, string>()
  let [name, dtype, begin, length] = ['', 'unknown', 0, 0]
  for await (const field of fields(cursor, end)) {
    const from = cursor.position
    if (field.number === 1 && !field.delimited) shape.push(field.value)
    if (field.number === 1 && field.delimited) {
      while (cursor.position < from + field.value) shape.push(await varint(cursor))
    }
    if (field.number === 2 && !field.delimited) dtype = dataTypes[field.value] ?? 'unknown'
    if (field.number === 8 && field.delimited) name = await cursor.text(field.value, textLimit)
    if ((field.number === 9 || field.number === 4) && field.delimited) [begin, length] = [from, field.value]
    if (field.number === 13 && field.delimited) external.set(...(await readEntry(cursor, from + field.value)))
  }
  const place = external.has('location')
    ? await placeOf(cursor.path, external)
    : { path: cursor.path, begin, end: begin + length }
  tensors.set(name, { dtype, shape, ...place })
}

async function placeOf(model: string, external: ReadonlyMap<string, string>) {
  const location = insideFolder(model, external.get('location') ?? '')
  const path = await realpath(join(dirname(model), location)).catch(() => '')
  const { size } = path === '' ? { size: -1 } : await stat(path)
  const begin = Number(external.get('offset') ?? 0)
  const end = begin + Number(external.get('length') ?? size - begin)
  if (!(begin >= 0 && end >= begin && end <= size))
    throw damaged(model, 'weights-lacking', { file: location })
  return { path, begin, end }
}
