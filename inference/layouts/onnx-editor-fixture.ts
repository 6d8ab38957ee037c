import { readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type ElementType, elementTypes } from '../graph/onnx.ts'
import { bytes, integer, joined, message, text } from '../graph/protobuf.ts'

/** Changes in a stored graph, as exporters differ: names, types, fixed sides, outputs, where the weights lie. */
export type GraphEdits = {
  /** tensor -> its new name, everywhere */
  rename?: Readonly<Record<string, string>>
  /** outputs that are only tensors of the inside from now on */
  hide?: (output: string) => boolean
  /** input or output -> the type that callers see; a Cast leads to the graph's own */
  cast?: Readonly<Record<string, ElementType>>
  /** input or output -> its declared sides; a text is a free one */
  declare?: Readonly<Record<string, readonly (number | string)[]>>
  /** inputs that nothing reads */
  addInputs?: readonly string[]
  /** further nodes, by operator, inputs, outputs, and whole-number attributes */
  append?: readonly NodeEdit[]
  /** outputs of the appended nodes */
  addOutputs?: Readonly<Record<string, readonly (number | string)[]>>
  /** name of the file beside it that takes the weights */
  external?: string
}
type NodeEdit = { type: string; inputs: string[]; outputs: string[]; attributes?: Record<string, number> }

type Raw = { number: number; wire: number; value: bigint | Uint8Array }

function parsed(source: Uint8Array): Raw[] {
  const found: Raw[] = []
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = source[at++] as number
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
    }
  }
  while (at < source.length) {
    const tag = Number(varint())
    const [number, wire] = [tag >> 3, tag & 7]
    if (wire === 0) found.push({ number, wire, value: varint() })
    else {
      const length = wire === 2 ? Number(varint()) : wire === 1 ? 8 : 4
      found.push({ number, wire, value: source.subarray(at, at + length) })
      at += length
    }
  }
  return found
}

function encoded(fields: readonly Raw[]): Uint8Array {
  return joined(
    fields.map(({ number, wire, value }) => {
      if (typeof value === 'bigint') return integer(number, value)
      return wire === 2 ? bytes(number, value) : joined([Uint8Array.of((number << 3) | wire), value])
    }),
  )
}

const utf8 = { read: (value: Raw['value']): string => new TextDecoder().decode(value as Uint8Array) }
const nameOf = (fields: readonly Raw[], number: number): string =>
  utf8.read(fields.find((field) => field.number === number)?.value ?? new Uint8Array())

/** A copy of the message with the texts of these fields changed. */
function retold(
  value: Raw['value'],
  numbers: readonly number[],
  change: (name: string) => string,
): Uint8Array {
  return encoded(
    parsed(value as Uint8Array).map((field) =>
      numbers.includes(field.number)
        ? { ...field, value: new TextEncoder().encode(change(utf8.read(field.value))) }
        : field,
    ),
  )
}

const field = (number: number, encodedField: Uint8Array): Raw => ({
  ...(parsed(encodedField)[0] as Raw),
  number,
})

function nodeField({ type, inputs, outputs, attributes = {} }: NodeEdit): Raw {
  return field(
    1,
    message(1, [
      ...inputs.map((input) => text(1, input)),
      ...outputs.map((output) => text(2, output)),
      text(3, `added/${outputs[0] ?? ''}`),
      text(4, type),
      ...Object.entries(attributes).map(([key, value]) =>
        message(5, [text(1, key), integer(3, value), integer(20, 2)]),
      ),
    ]),
  )
}

function portField(number: number, name: string, type: number, sides: readonly (number | string)[]): Raw {
  const dimensions = sides.map((side) =>
    message(1, [typeof side === 'number' ? integer(1, side) : text(2, side)]),
  )
  return field(
    number,
    message(number, [text(1, name), message(2, [message(1, [integer(1, type), message(2, dimensions)])])]),
  )
}

function portOf(value: Raw['value']): { name: string; type: number; sides: (number | string)[] } {
  const fields = parsed(value as Uint8Array)
  const inside = (of: Uint8Array, number: number): Uint8Array =>
    (parsed(of).find((entry) => entry.number === number)?.value ?? new Uint8Array()) as Uint8Array
  const tensor = inside(inside(value as Uint8Array, 2), 1)
  const type = parsed(tensor).find((entry) => entry.number === 1)?.value
  const sides = parsed(inside(tensor, 2)).map((dimension) => {
    const [side] = parsed(dimension.value as Uint8Array)
    return side?.wire === 0 ? Number(side.value) : utf8.read(side?.value ?? new Uint8Array())
  })
  return { name: nameOf(fields, 1), type: Number(type ?? 1), sides }
}

/** Writes `to` from the model at `from`. */
export async function editGraph(from: string, to: string, edits: GraphEdits): Promise<void> {
  const model = parsed(await readFile(from))
  const weights: Uint8Array[] = []
  const changed = model.map((entry) =>
    entry.number === 7
      ? { ...entry, value: encoded(edited(parsed(entry.value as Uint8Array), edits, weights)) }
      : entry,
  )
  if (edits.external !== undefined)
    await writeFile(join(dirname(to), basename(edits.external)), joined(weights))
  await writeFile(to, encoded(changed))
}

function edited(graph: Raw[], edits: GraphEdits, weights: Uint8Array[]): Raw[] {
  const { rename = {}, hide = () => false, cast = {}, declare = {}, addInputs = [], append = [] } = edits
  const ports = new Map(
    graph
      .filter(({ number }) => number === 11 || number === 12)
      .map(({ value }) => [portOf(value).name, value]),
  )
  // What a Cast stands before has another name inside.
  const inner = (name: string): string =>
    rename[name] ?? (hide(name) && ports.has(name) ? `/inner/${name}` : name)
  const inNodes = (name: string): string =>
    cast[rename[name] ?? name] !== undefined && ports.has(name) ? `${inner(name)}/own` : inner(name)
  const result: Raw[] = []
  const casts: { before: Raw[]; after: Raw[] } = { before: [], after: [] }
  for (const [name, value] of ports) {
    const shown = rename[name] ?? name
    if (cast[shown] === undefined || hide(name)) continue
    const { type } = portOf(value)
    const isInput = graph.some((entry) => entry.number === 11 && portOf(entry.value).name === name)
    const node = isInput
      ? { type: 'Cast', inputs: [shown], outputs: [`${shown}/own`], attributes: { to: type } }
      : {
          type: 'Cast',
          inputs: [`${shown}/own`],
          outputs: [shown],
          attributes: { to: elementTypes[cast[shown]] },
        }
    ;(isInput ? casts.before : casts.after).push(nodeField(node))
  }
  result.push(...casts.before)
  for (const entry of graph) {
    if (entry.number === 1) {
      result.push({ ...entry, value: retold(entry.value, [1, 2], inNodes) })
    } else if (entry.number === 5) {
      result.push({ ...entry, value: stored(retold(entry.value, [8], inner), edits.external, weights) })
    } else if (entry.number === 11 || entry.number === 12) {
      const { name, type, sides } = portOf(entry.value)
      if (entry.number === 12 && hide(name)) continue
      const shown = rename[name] ?? name
      const seen = cast[shown]
      result.push(
        portField(
          entry.number,
          shown,
          seen === undefined ? type : elementTypes[seen],
          declare[shown] ?? sides,
        ),
      )
    } else result.push(entry)
  }
  result.push(...append.map(nodeField), ...casts.after)
  for (const name of addInputs) result.push(portField(11, name, elementTypes.bool, []))
  for (const [name, sides] of Object.entries(edits.addOutputs ?? {})) {
    result.push(portField(12, name, elementTypes.float32, sides))
  }
  return result
}

/** An initialiser with its bytes in the file beside the model. */
function stored(tensor: Uint8Array, external: string | undefined, weights: Uint8Array[]): Uint8Array {
  const fields = parsed(tensor)
  const raw = fields.find(({ number }) => number === 9)?.value
  if (external === undefined || !(raw instanceof Uint8Array) || raw.length < 64) return tensor
  const offset = weights.reduce((sum, part) => sum + part.length, 0)
  weights.push(raw)
  const entry = (key: string, value: string) => message(13, [text(1, key), text(2, value)])
  return joined([
    encoded(fields.filter(({ number }) => number !== 9)),
    entry('location', external),
    entry('offset', String(offset)),
    entry('length', String(raw.length)),
    integer(14, 1),
  ])
}
