import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SanggarError } from '../contract/errors.ts'
import { encodeModel } from './graph/onnx.ts'
import { identityGraph } from './identity-graph.ts'
import { openSession } from './session.ts'
import type { GraphSource } from './session-source.ts'

const options = { executionProvider: 'cpu', threads: 1, stage: 'test' } as const
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sanggar-session-'))
})
afterAll(() => rm(folder, { recursive: true }))

const bytes = (graph: Uint8Array): GraphSource => ({ kind: 'bytes', bytes: graph, path: 'graph' })
const failureOf = async (action: Promise<unknown>): Promise<unknown> => {
  const thrown: unknown = await action.then(
    () => undefined,
    (error: unknown) => error,
  )
  return thrown instanceof SanggarError ? thrown.failure : thrown
}

test.each(['float32', 'float16', 'float64', 'int32', 'int64'] as const)(
  'feeds of a %s graph are converted there and back',
  async (type) => {
    const session = await openSession(bytes(identityGraph(type)), options)
    expect(session.input('x')).toEqual({ name: 'x', type, shape: ['n'] })
    const { y } = await session.run({ x: { data: Float32Array.of(3, -2, 65504), shape: [3] } })
    expect(y).toEqual({ data: Float32Array.of(3, -2, 65504), shape: [3] })
    await session.release()
  },
)

test('a scalar takes the rank that the graph declares', async () => {
  const graph = (shape: readonly (number | string)[]) =>
    encodeModel({
      name: 'scalar',
      opsets: { '': 17 },
      nodes: [{ name: 'n', type: 'Identity', domain: '', inputs: ['t'], outputs: ['y'], attributes: {} }],
      initialisers: [],
      inputs: [{ name: 't', type: 'int64', shape }],
      outputs: [{ name: 'y', type: 'int64', shape }],
    })
  const answer = async (shape: readonly (number | string)[], batch?: number) => {
    const session = await openSession(bytes(graph(shape)), options)
    const { y } = await session.run({ t: { scalar: 981, ...(batch === undefined ? {} : { batch }) } })
    await session.release()
    return y
  }
  expect(await answer([])).toEqual({ data: Float32Array.of(981), shape: [] })
  expect(await answer(['steps'])).toEqual({ data: Float32Array.of(981), shape: [1] })
  expect(await answer(['batch'], 2)).toEqual({ data: Float32Array.of(981, 981), shape: [2] })
  expect(await answer([2])).toEqual({ data: Float32Array.of(981, 981), shape: [2] })
})

test('a file that is cut short is damaged, one that is absent not found', async () => {
  const path = join(folder, 'half.onnx')
  const whole = identityGraph('float32')
  await writeFile(path, whole.subarray(0, whole.length >> 1))
  expect(await failureOf(openSession({ kind: 'file', path }, options))).toMatchObject({
    code: 'model-damaged',
    path,
  })
  const absent = join(folder, 'absent.onnx')
  expect(await failureOf(openSession({ kind: 'file', path: absent }, options))).toMatchObject({
    code: 'path-not-found',
  })
})

test('bytes that are no model, and an operator that nobody knows', async () => {
  const noise = Uint8Array.from({ length: 100 }, (_, i) => (i * 37) & 255)
  expect(await failureOf(openSession(bytes(noise), options))).toMatchObject({
    code: 'model-damaged',
    detail: 'not-of-format',
  })
  const unknown = encodeModel({
    name: 'unknown',
    opsets: { '': 17 },
    nodes: [{ name: 'n', type: 'Sorcery', domain: '', inputs: ['x'], outputs: ['y'], attributes: {} }],
    initialisers: [],
    inputs: [{ name: 'x', type: 'float32', shape: ['n'] }],
    outputs: [{ name: 'y', type: 'float32', shape: ['n'] }],
  })
  expect(await failureOf(openSession(bytes(unknown), options))).toMatchObject({ code: 'model-unsupported' })
})

test('external data outside the folder is refused', async () => {
  const path = join(folder, 'escape.onnx')
  await writeFile(join(folder, '..', 'sanggar-secret.bin'), new Uint8Array(4))
  await writeFile(
    path,
    encodeModel({
      name: 'escape',
      opsets: { '': 17 },
      nodes: [{ name: 'n', type: 'Add', domain: '', inputs: ['x', 'w'], outputs: ['y'], attributes: {} }],
      initialisers: [
        { name: 'w', type: 'float32', shape: [1], location: '../sanggar-secret.bin', offset: 0, length: 4 },
      ],
      inputs: [{ name: 'x', type: 'float32', shape: [1] }],
      outputs: [{ name: 'y', type: 'float32', shape: [1] }],
    }),
  )
  const failure = await failureOf(openSession({ kind: 'file', path }, options))
  await rm(join(folder, '..', 'sanggar-secret.bin'))
  expect(failure).toMatchObject({ code: 'model-damaged', path })
})

test.each([
  ['is away', 'absent.bin', { code: 'model-folder-incomplete', missing: 'absent.bin' }],
  ['is too short', 'short.bin', { code: 'model-damaged', detail: 'tensor-outside', facts: { tensor: 'w' } }],
])('a graph whose file of weights %s says so in words of our own', async (_, location, expected) => {
  const graph = encodeModel({
    name: 'external',
    opsets: { '': 17 },
    nodes: [{ name: 'n', type: 'Add', domain: '', inputs: ['x', 'w'], outputs: ['y'], attributes: {} }],
    initialisers: [{ name: 'w', type: 'float32', shape: [2], location, offset: 0, length: 8 }],
    inputs: [{ name: 'x', type: 'float32', shape: [2] }],
    outputs: [{ name: 'y', type: 'float32', shape: [2] }],
  })
  await writeFile(join(folder, 'short.bin'), new Uint8Array(4))
  const opening = openSession({ kind: 'bytes', bytes: graph, path: 'graph', folder }, options)
  expect(await failureOf(opening)).toMatchObject(expected)
})

test('a feed of the wrong shape fails the run and not the process', async () => {
  const session = await openSession(bytes(identityGraph('float32')), options)
  const wrong = session.run({ x: { data: new Float32Array(4), shape: [2, 2] } })
  expect(await failureOf(wrong)).toMatchObject({ code: 'inference-failed', stage: 'test' })
  const { y } = await session.run({ x: { data: Float32Array.of(1), shape: [1] } })
  expect(y?.data).toEqual(Float32Array.of(1))
  await session.release()
})

test('a provider that this machine lacks falls back to the CPU and says so', async () => {
  const absent = process.platform === 'darwin' ? 'dml' : 'coreml'
  const session = await openSession(bytes(identityGraph('float32')), {
    ...options,
    executionProvider: absent,
  })
  expect(session.executionProvider).toBe('cpu')
  expect(session.fellBackFrom).toBe(absent)
  await session.release()
})
