import { isAbsolute, normalize } from 'node:path'

import { ByteCursor } from './byte-cursor.ts'
import { damaged, withFile } from './file-bytes.ts'

/** A graph's input or output; a text is a symbolic size, null an unknown one. */
export type OnnxValue = { name: string; dtype: string; shape: (number | string | null)[] }

export type OnnxHeader = {
  path: string
  irVersion: number
  producer: string
  inputs: OnnxValue[]
  outputs: OnnxValue[]
  initialisers: Map<string, { dtype: string; shape: number[] }>
  /** files with weights, relative to the model's folder (never outside it) */
  externalFiles: string[]
  metadata: Record<string, string>
}

const headerBudget = 512 << 20

/** onnx.proto, TensorProto.DataType, in the names of safetensors. */
export const dataTypes: Record<number, string> = {
  1: 'F32',
  2: 'U8',
  3: 'I8',
  4: 'U16',
  5: 'I16',
  6: 'I32',
  7: 'I64',
  8: 'STRING',
  9: 'BOOL',
  10: 'F16',
  11: 'F64',
  12: 'U32',
  13: 'U64',
  16: 'BF16',
  17: 'F8_E4M3',
  19: 'F8_E5M2',
  21: 'U4',
  22: 'I4',
}

type Field = {
  number: number
  /** varint, or the length of what follows */ value: number
  delimited: boolean
}

export async function varint(cursor: ByteCursor): Promise<number> {
  let value = 0
  for (let shift = 0; shift < 70; shift += 7) {
    const byte = await cursor.byte()
    value += (byte & 127) * 2 ** shift
    if (byte < 128) return value
  }
  throw damaged(cursor.path, 'header-damaged', {})
}

/** The fields of a message that ends at `end`, wire format of protobuf. A visited delimited field must be consumed. */
export async function* fields(cursor: ByteCursor, end: number): AsyncGenerator<Field> {
  while (cursor.position < end) {
    const tag = await varint(cursor)
    const number = Math.floor(tag / 8)
    const wire = tag % 8
    if (number === 0) throw damaged(cursor.path, 'not-of-format', { format: 'ONNX' })
    if (wire === 0) {
      yield { number, value: await varint(cursor), delimited: false }
    } else if (wire === 2) {
      const value = await varint(cursor)
      const next = cursor.position + value
      if (next > end) throw damaged(cursor.path, 'header-damaged', {})
      yield { number, value, delimited: true }
      cursor.position = next
    } else if (wire === 1 || wire === 5) {
      cursor.skip(wire === 1 ? 8 : 4)
    } else {
      throw damaged(cursor.path, 'not-of-format', { format: 'ONNX' })
    }
  }
  if (cursor.position !== end) throw damaged(cursor.path, 'header-damaged', {})
}

async function readShape(cursor: ByteCursor, end: number): Promise<OnnxValue['shape']> {
  const shape: OnnxValue['shape'] = []
  for await (const dimension of fields(cursor, end)) {
    if (dimension.number !== 1 || !dimension.delimited) continue
    let size: number | string | null = null
    for await (const field of fields(cursor, cursor.position + dimension.value)) {
      if (field.number === 1 && !field.delimited) size = field.value
      if (field.number === 2 && field.delimited) size = await cursor.text(field.value, 1024)
    }
    shape.push(size)
  }
  return shape
}

async function readValue(cursor: ByteCursor, end: number): Promise<OnnxValue> {
  const value: OnnxValue = { name: '', dtype: 'unknown', shape: [] }
  for await (const field of fields(cursor, end)) {
    if (field.number === 1 && field.delimited) value.name = await cursor.text(field.value, 65_536)
    if (field.number !== 2 || !field.delimited) continue
    for await (const type of fields(cursor, cursor.position + field.value)) {
      if (type.number !== 1 || !type.delimited) continue
      for await (const tensor of fields(cursor, cursor.position + type.value)) {
        if (tensor.number === 1 && !tensor.delimited) value.dtype = dataTypes[tensor.value] ?? 'unknown'
        if (tensor.number === 2 && tensor.delimited)
          value.shape = await readShape(cursor, cursor.position + tensor.value)
      }
    }
  }
  return value
}

export async function readEntry(cursor: ByteCursor, end: number): Promise<[string, string]> {
  const entry: [string, string] = ['', '']
  for await (const field of fields(cursor, end)) {
    if (!field.delimited || (field.number !== 1 && field.number !== 2)) continue
    entry[field.number - 1] = await cursor.text(field.value, 1 << 22)
  }
  return entry
}

async function readInitialiser(cursor: ByteCursor, end: number, header: OnnxHeader): Promise<void> {
  const tensor: { name: string; dtype: string; shape: number[] } = { name: '', dtype: 'unknown', shape: [] }
  for await (const field of fields(cursor, end)) {
    if (field.number === 1 && !field.delimited) tensor.shape.push(field.value)
    if (field.number === 1 && field.delimited) {
      const last = cursor.position + field.value
      while (cursor.position < last) tensor.shape.push(await varint(cursor))
    }
    if (field.number === 2 && !field.delimited) tensor.dtype = dataTypes[field.value] ?? 'unknown'
    if (field.number === 8 && field.delimited) tensor.name = await cursor.text(field.value, 65_536)
    if (field.number === 13 && field.delimited) {
      const [key, value] = await readEntry(cursor, cursor.position + field.value)
      if (key === 'location') header.externalFiles.push(value)
    }
  }
  header.initialisers.set(tensor.name, { dtype: tensor.dtype, shape: tensor.shape })
}

async function readGraph(cursor: ByteCursor, end: number, header: OnnxHeader): Promise<void> {
  for await (const field of fields(cursor, end)) {
    if (!field.delimited) continue
    const last = cursor.position + field.value
    if (field.number === 5) await readInitialiser(cursor, last, header)
    if (field.number === 11) header.inputs.push(await readValue(cursor, last))
    if (field.number === 12) header.outputs.push(await readValue(cursor, last))
  }
}

export function insideFolder(path: string, location: string): string {
  const inside = normalize(location).replaceAll('\\', '/')
  if (isAbsolute(inside) || /^[a-z]:/i.test(inside) || inside === '..' || inside.startsWith('../')) {
    throw damaged(path, 'outside-folder', { file: location })
  }
  return inside
}

/**
 * Signature and weights' shapes of an .onnx file; nodes and data are stepped over. Throws 'model-damaged'
 * (also when external data lie outside the folder) or 'path-not-found'. Format: onnx.proto of the ONNX project.
 */
export async function readOnnxHeader(path: string): Promise<OnnxHeader> {
  return withFile(path, async (file, size) => {
    const cursor = new ByteCursor(file, path, size, headerBudget)
    const header: OnnxHeader = {
      path,
      irVersion: 0,
      producer: '',
      inputs: [],
      outputs: [],
      initialisers: new Map(),
      externalFiles: [],
      metadata: {},
    }
    for await (const field of fields(cursor, size)) {
      if (field.number === 1 && !field.delimited) header.irVersion = field.value
      if (field.number === 2 && field.delimited) header.producer = await cursor.text(field.value, 65_536)
      if (field.number === 7 && field.delimited)
        await readGraph(cursor, cursor.position + field.value, header)
      if (field.number === 14 && field.delimited) {
        const [key, value] = await readEntry(cursor, cursor.position + field.value)
        header.metadata[key] = value
      }
    }
    if (header.irVersion === 0 || header.outputs.length === 0)
      throw damaged(path, 'not-of-format', { format: 'ONNX' })
    header.externalFiles = [...new Set(header.externalFiles.map((location) => insideFolder(path, location)))]
    // Old exporters list weights among the inputs.
    header.inputs = header.inputs.filter(({ name }) => !header.initialisers.has(name))
    return header
  })
}
