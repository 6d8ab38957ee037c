import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { failureOf } from '../contract/errors.ts'
import { readOnnxHeader } from './checkpoints/onnx-header.ts'
import { readOnnxWeights } from './checkpoints/onnx-weights.ts'
import { type ModelProto, encodeModel } from './graph/onnx.ts'
import { openSession } from './session.ts'

let folder: string
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'sanggar-hostile-'))))
afterEach(() => rm(folder, { recursive: true }))

const options = { executionProvider: 'cpu', threads: 1, stage: 'test' } as const
const value = (name: string, shape: (number | string)[] = [1]) => ({ name, type: 'float32' as const, shape })
function node(name: string, inputs: string[], outputs: string[]) {
  return { name, type: 'Add', domain: '', inputs, outputs, attributes: {} }
}

const plain: ModelProto = {
  name: 'hostile',
  opsets: { '': 17 },
  nodes: [node('n', ['x', 'w'], ['y'])],
  initialisers: [],
  inputs: [value('x')],
  outputs: [value('y')],
}
const outside = (location: string, offset: number, length: number, shape = [1]): ModelProto => ({
  ...plain,
  initialisers: [{ name: 'w', type: 'float32', shape, location, offset, length }],
})

/** What opening it says; never 'internal', and never nothing at all. */
async function opening(model: ModelProto): Promise<string> {
  const path = join(folder, 'model.onnx')
  await writeFile(path, encodeModel(model))
  try {
    const session = await openSession({ kind: 'file', path }, options)
    await session.release()
    return 'opens'
  } catch (error) {
    return failureOf(error).code
  }
}

test('a graph that goes in a circle is refused', async () => {
  const nodes = [node('a', ['x', 'z'], ['y']), node('b', ['y', 'x'], ['z'])]
  expect(await opening({ ...plain, nodes })).toMatch(/^model-/)
})

test('a tensor of 10^18 values, of which four bytes are there, is refused before memory is asked for it', async () => {
  await writeFile(join(folder, 'w.bin'), new Uint8Array(4))
  const before = process.memoryUsage().rss
  expect(await opening(outside('w.bin', 0, 4, [1e9, 1e9]))).toMatch(/^model-/)
  expect(process.memoryUsage().rss - before).toBeLessThan(256 * 2 ** 20)
})

test.each([
  ['an offset behind the end', 4096, 4],
  ['an offset of 2^62', 2 ** 62, 4],
  ['a length of 2^62', 0, 2 ** 62],
  ['a length that is not the tensor’s', 0, 64],
])('external data with %s are refused', async (_what, offset, length) => {
  await writeFile(join(folder, 'w.bin'), new Uint8Array(8))
  expect(await opening(outside('w.bin', offset, length))).toMatch(/^model-/)
})

test.each(['../w.bin', '/etc/hostname', 'a/../../w.bin'])(
  'weights at %s are never read',
  async (location) => {
    const path = join(folder, 'model.onnx')
    expect(await opening(outside(location, 0, 4))).toBe('model-damaged')
    for (const read of [readOnnxHeader, readOnnxWeights])
      expect(failureOf(await read(path).catch((error: unknown) => error)).code).toBe('model-damaged')
  },
)

test('an endless device behind the name of the weights is not read', async () => {
  await symlink('/dev/zero', join(folder, 'w.bin'))
  expect(await opening(outside('w.bin', 0, 4))).toMatch(/^(model-|path-)/)
})
