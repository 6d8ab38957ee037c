import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { SanggarError } from '../../contract/errors.ts'
import { readRows, readSafetensorsHeader, readShardedHeader, readTensor } from './safetensors.ts'
import { safetensorsBytes, type TensorSpec } from './safetensors-fixture.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sanggar-safetensors-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function written(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, bytes)
  return path
}

function withHeader(header: string, data = 0): Uint8Array {
  const json = new TextEncoder().encode(header)
  const bytes = new Uint8Array(8 + json.length + data)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true)
  bytes.set(json, 8)
  return bytes
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
    return 'read'
  } catch (thrown) {
    if (thrown instanceof SanggarError) return thrown.failure.code
    throw thrown
  }
}

const tensor = (dtype: string, shape: number[], offsets: number[]): string =>
  JSON.stringify({ dtype, shape, data_offsets: offsets })

describe('a sound file', () => {
  it('gives names, shapes, metadata and absolute offsets', async () => {
    const specs: TensorSpec[] = [
      {
        name: 'b',
        dtype: 'F32',
        shape: [2, 2],
        data: new Uint8Array(new Float32Array([1, -2, 3.5, 4]).buffer),
      },
      { name: 'a', dtype: 'F16', shape: [], data: Uint8Array.of(0x00, 0x3e) },
    ]
    const path = await written('sound.safetensors', safetensorsBytes(specs, { format: 'pt' }))
    const file = await readSafetensorsHeader(path)
    expect(file.metadata).toEqual({ format: 'pt' })
    expect([...file.tensors.keys()]).toEqual(['b', 'a'])
    expect(file.tensors.get('b')).toMatchObject({ begin: file.dataOffset, end: file.dataOffset + 16 })
    expect(await readTensor(file, 'b')).toEqual({
      dtype: 'F32',
      shape: [2, 2],
      data: new Float32Array([1, -2, 3.5, 4]),
    })
    expect((await readTensor(file, 'a')).data).toEqual(new Float32Array([1.5]))
    expect((await readRows(file, 'b', [1, 0, 1])).data).toEqual(new Float32Array([3.5, 4, 1, -2, 3.5, 4]))
    expect(await codeOf(readRows(file, 'b', [2]))).toBe('model-damaged')
  })

  it('is known by its own names when a compiled network was saved, and not by two', async () => {
    const one = (name: string): TensorSpec => ({ name, dtype: 'I8', shape: [1], data: Uint8Array.of(1) })
    const compiled = safetensorsBytes([one('_orig_mod.conv.weight'), one('model._orig_mod.conv.bias')])
    const path = await written('compiled.safetensors', compiled)
    expect([...(await readSafetensorsHeader(path)).tensors.keys()]).toEqual([
      'conv.weight',
      'model.conv.bias',
    ])
    const index = JSON.stringify({ weight_map: { '_orig_mod.conv.weight': 'compiled.safetensors' } })
    const indexPath = await written('compiled.index.json', new TextEncoder().encode(index))
    expect([...(await readShardedHeader(indexPath)).tensors.keys()]).toEqual(['conv.weight'])
    const both = safetensorsBytes([one('conv.weight'), one('_orig_mod.conv.weight')])
    expect(await codeOf(readSafetensorsHeader(await written('both.safetensors', both)))).toBe('model-damaged')
  })

  it('widens every format', async () => {
    const two = { name: 'x', shape: [2] }
    const cases: [string, Uint8Array, number[]][] = [
      ['BF16', Uint8Array.of(0x80, 0x3f, 0x00, 0xc0), [1, -2]],
      ['F16', Uint8Array.of(0x01, 0x00, 0xff, 0x7b), [2 ** -24, 65_504]],
      ['F8_E4M3', Uint8Array.of(0x7e, 0x01), [448, 2 ** -9]],
      ['F8_E5M2', Uint8Array.of(0x7b, 0xc0), [57_344, -2]],
      ['F64', new Uint8Array(new Float64Array([0.5, -3]).buffer), [0.5, -3]],
      ['I64', new Uint8Array(new BigInt64Array([5n, -7n]).buffer), [5, -7]],
      ['U8', Uint8Array.of(0, 255), [0, 255]],
      ['BOOL', Uint8Array.of(1, 0), [1, 0]],
    ]
    for (const [dtype, data, expected] of cases) {
      const path = await written('wide.safetensors', safetensorsBytes([{ ...two, dtype, data }]))
      const file = await readSafetensorsHeader(path)
      expect([...(await readTensor(file, 'x')).data], dtype).toEqual(expected)
    }
  })
})

describe('a hostile file', () => {
  const hostile: Record<string, () => Uint8Array> = {
    empty: () => new Uint8Array(0),
    'shorter than its length field': () => new Uint8Array(7),
    'header length 2^63': () => {
      const bytes = withHeader('{}', 100)
      new DataView(bytes.buffer).setBigUint64(0, 2n ** 63n, true)
      return bytes
    },
    'header over the cap': () => {
      const bytes = withHeader('{}', 100)
      new DataView(bytes.buffer).setBigUint64(0, 100_000_001n, true)
      return bytes
    },
    'ends in its header': () => withHeader('{"a":{}}', 0).subarray(0, 12),
    'not JSON': () => withHeader('{"a":', 8),
    'an array': () => withHeader('[1,2]', 8),
    'not UTF-8': () => {
      const bytes = withHeader('{"aa":1}', 8)
      bytes[11] = 0xff
      return bytes
    },
    'a key twice': () => withHeader(`{"a":${tensor('U8', [4], [0, 4])},"a":${tensor('U8', [4], [4, 8])}}`, 8),
    'a key twice by escapes': () =>
      withHeader(`{"a":${tensor('U8', [4], [0, 4])},"\\u0061":${tensor('U8', [4], [4, 8])}}`, 8),
    'a field twice': () =>
      withHeader('{"a":{"dtype":"U8","dtype":"I8","shape":[1],"data_offsets":[0,1]}}', 1),
    overlapping: () => withHeader(`{"a":${tensor('U8', [4], [0, 4])},"b":${tensor('U8', [4], [3, 7])}}`, 8),
    'beyond its end': () => withHeader(`{"a":${tensor('U8', [8], [0, 8])}}`, 7),
    'wrong byte count': () => withHeader(`{"a":${tensor('F32', [2], [0, 4])}}`, 8),
    'offsets backwards': () => withHeader(`{"a":${tensor('U8', [0], [4, 0])}}`, 8),
    'offsets beyond 2^53': () =>
      withHeader('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,9007199254740993]}}', 8),
    'shape that overflows': () =>
      withHeader(`{"a":${tensor('U8', [4_294_967_296, 4_294_967_296, 4_294_967_296], [0, 0])}}`, 8),
    'negative shape': () => withHeader(`{"a":${tensor('U8', [-1, -8], [0, 8])}}`, 8),
    'a huge number of dimensions': () =>
      withHeader(`{"a":${tensor('U8', Array(100_000).fill(1), [0, 1])}}`, 8),
    'no dtype': () => withHeader('{"a":{"shape":[1],"data_offsets":[0,1]}}', 8),
    'a number for a tensor': () => withHeader('{"a":7}', 8),
  }
  for (const [name, make] of Object.entries(hostile)) {
    it(`is refused: ${name}`, async () => {
      const path = await written('hostile.safetensors', make())
      expect(await codeOf(readSafetensorsHeader(path))).toBe('model-damaged')
    })
  }

  it('never makes the reader fail otherwise, whatever bytes are changed', async () => {
    const sound = safetensorsBytes([
      { name: 'x', dtype: 'F32', shape: [2], data: new Uint8Array(8) },
      { name: 'y', dtype: 'BF16', shape: [3, 1], data: new Uint8Array(6) },
    ])
    const changes = fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(changes, fc.nat(sound.length), async (edits, cut) => {
        const bytes = sound.slice(0, cut > sound.length / 2 ? sound.length : cut)
        for (const [at, value] of edits) if (at < bytes.length) bytes[at] = value
        const path = await written('fuzzed.safetensors', bytes)
        expect(['read', 'model-damaged']).toContain(await codeOf(readSafetensorsHeader(path)))
      }),
      { numRuns: 200 },
    )
  })

  it('that is away or a folder says so', async () => {
    expect(await codeOf(readSafetensorsHeader(join(folder, 'away')))).toBe('path-not-found')
    expect(await codeOf(readSafetensorsHeader(folder))).toBe('model-damaged')
  })
})

describe('shards', () => {
  it('read as one file, and only from their own folder', async () => {
    const shard = (name: string, value: number): Uint8Array =>
      safetensorsBytes([{ name, dtype: 'U8', shape: [1], data: Uint8Array.of(value) }])
    await written('model-1.safetensors', shard('a', 3))
    await written('model-2.safetensors', shard('b', 4))
    const index = (map: Record<string, unknown>): Promise<string> =>
      written('model.safetensors.index.json', new TextEncoder().encode(JSON.stringify({ weight_map: map })))
    const file = await readShardedHeader(await index({ a: 'model-1.safetensors', b: 'model-2.safetensors' }))
    expect((await readTensor(file, 'a')).data[0]).toBe(3)
    expect((await readTensor(file, 'b')).data[0]).toBe(4)
    expect(await codeOf(readShardedHeader(await index({ a: 'model-9.safetensors' })))).toBe(
      'model-folder-incomplete',
    )
    expect(await codeOf(readShardedHeader(await index({ z: 'model-1.safetensors' })))).toBe('model-damaged')
    expect(await codeOf(readShardedHeader(await index({ a: '../model-1.safetensors' })))).toBe(
      'model-damaged',
    )
    expect(await codeOf(readShardedHeader(await index({ a: 7 })))).toBe('model-damaged')
  })
})
