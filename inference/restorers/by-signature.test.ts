import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { probe } from '../checkpoints/probe.ts'
import { type ElementType, encodeModel, type ModelProto } from '../graph/onnx.ts'
import type { FromInference, EnhanceTask } from '../protocol.ts'
import { runEnhance } from '../running/enhance.ts'

const runtime = { executionProvider: 'cpu', threads: 1, memoryCeiling: 0 } as const
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sanggar-signature-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function kept(name: string, model: ModelProto): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, encodeModel(model))
  return path
}

type Node = [type: string, inputs: string[], output: string, attributes?: Record<string, number>]

const network = (
  inputs: [string, ElementType, (number | string)[]][],
  outputs: [string, (number | string)[]][],
  nodes: Node[],
): ModelProto => ({
  name: 'network',
  opsets: { '': 21 },
  nodes: nodes.map(([type, from, output, attributes = {}]) => ({
    name: output,
    type,
    domain: '',
    inputs: from,
    outputs: [output],
    attributes,
  })),
  initialisers: [
    {
      name: 'colours',
      type: 'int64',
      shape: [1],
      data: new Uint8Array(BigInt64Array.of(1n).buffer),
    },
  ],
  inputs: inputs.map(([name, type, shape]) => ({ name, type, shape })),
  outputs: outputs.map(([name, shape]) => ({ name, type: 'float32', shape })),
})

const [width, height] = [160, 120]
const rgb = Uint8Array.from({ length: width * height * 3 }, (_, at) =>
  Math.trunc(at / 3) % width < 80 ? 40 : 200,
)

/** Of each kind its own fields, without the picture. */
type WithoutImage<Task> = Task extends EnhanceTask ? Omit<Task, 'image'> : never

async function run(task: WithoutImage<EnhanceTask>) {
  const messages: FromInference[] = []
  const whole = { ...task, image: { width, height, rgb } } as EnhanceTask
  await runEnhance(whole, {
    id: 'e',
    runtime,
    send: (message) => void messages.push(message),
    pause: () => Promise.resolve(),
  })
  const picture = messages.find((message) => message.type === 'picture')
  if (picture === undefined) throw new Error('no picture')
  return picture.image
}

const at = (data: Uint8Array, x: number, y: number): number => data[(y * width + x) * 3] as number
const side = 512
/** The negative: what a face model of this signature is given and gives can be told from one pixel. */
const negative = () =>
  network(
    [['input', 'float32', [1, 3, side, side]]],
    [['output', [1, 3, side, side]]],
    [['Neg', ['input'], 'output']],
  )

test('GFPGAN by its signature: the framed square is made anew, the rest untouched, the rim soft', async () => {
  const model = await kept('face.onnx', negative())
  expect(await probe(model)).toMatchObject({
    kind: 'restorer',
    family: 'face',
    runs: true,
    capabilities: ['face'],
  })
  const area = { left: 90, top: 30, size: 60 }
  const { rgb: made } = await run({ kind: 'face', model, area, fidelity: 0.5, strength: 1 })
  // 200 of 255 negated in -1..1 is 55.
  expect(at(made, 120, 60)).toBe(55)
  expect([at(made, 20, 20), at(made, 155, 60), at(made, 120, 100)]).toEqual([40, 200, 200])
  const rim = at(made, 92, 60)
  expect(rim).toBeGreaterThan(55)
  expect(rim).toBeLessThanOrEqual(200)
  const half = await run({ kind: 'face', model, area, fidelity: 0.5, strength: 0.5 })
  expect(Math.abs(at(half.rgb, 120, 60) - 127.5)).toBeLessThanOrEqual(1.5)
})

test('a frame that reaches beyond the picture is cut, one outside it is refused', async () => {
  const model = await kept('beyond.onnx', negative())
  const { rgb: made } = await run({
    kind: 'face',
    model,
    area: { left: 110, top: -20, size: 80 },
    fidelity: 0.5,
    strength: 1,
  })
  expect([at(made, 140, 10), at(made, 159, 0), at(made, 60, 10)]).toEqual([55, 55, 40])
  const outside = {
    kind: 'face',
    model,
    area: { left: 400, top: 0, size: 50 },
    fidelity: 0.5,
    strength: 1,
  } as const
  await expect(run(outside)).rejects.toMatchObject({ failure: { code: 'invalid-request', path: 'area' } })
})

test('CodeFormer by its signature: the weight goes in as the double that it asks for', async () => {
  const model = await kept(
    'codeformer.onnx',
    network(
      [
        ['x', 'float32', [1, 3, side, side]],
        ['w', 'float64', []],
      ],
      [['y', [1, 3, side, side]]],
      [
        ['Cast', ['w'], 'single', { to: 1 }],
        ['Mul', ['x', 'single'], 'y'],
      ],
    ),
  )
  expect(await probe(model)).toMatchObject({ family: 'face', capabilities: ['face'] })
  const area = { left: 90, top: 30, size: 60 }
  const made = async (fidelity: number) =>
    (await run({ kind: 'face', model, area, fidelity, strength: 1 })).rgb
  expect(at(await made(1), 120, 60)).toBe(200)
  // Times nothing is the middle grey.
  expect(Math.abs(at(await made(0), 120, 60) - 127.5)).toBeLessThanOrEqual(0.5)
})

test.each([
  ['u2net.onnx', 'input.1', 320],
  ['isnet.onnx', 'img', 1024],
  ['birefnet.onnx', 'pixel_values', 1024],
])('%s by its signature: a mask becomes the alpha of the same picture', async (name, input, size) => {
  const model = await kept(
    name,
    network(
      [[input, 'float32', [1, 3, size, size]]],
      [
        ['mask', [1, 1, size, size]],
        ['d1', [1, 1, size, size]],
      ],
      [
        ['ReduceMean', [input, 'colours'], 'mask', { keepdims: 1 }],
        ['Neg', ['mask'], 'd1'],
      ],
    ),
  )
  expect(await probe(model)).toMatchObject({ kind: 'restorer', family: 'cutout', capabilities: ['cutout'] })
  const { rgb: made, alpha = new Uint8Array() } = await run({ kind: 'cutout', model })
  expect(made).toEqual(rgb)
  expect(alpha).toHaveLength(width * height)
  // Lanczos swings beyond the edge, and the mask is stretched between the ends of that.
  expect(alpha[10 * width + 10]).toBeLessThan(32)
  expect(alpha[10 * width + 150]).toBeGreaterThan(223)
})

test('an upscaler stays an upscaler, and what takes more inputs is no face model', async () => {
  const free = network(
    [['x', 'float32', [1, 3, 'h', 'w']]],
    [['y', [1, 3, 'h', 'w']]],
    [['Identity', ['x'], 'y']],
  )
  expect(await probe(await kept('same.onnx', free))).toMatchObject({ kind: 'upscaler' })
  const three = network(
    [
      ['x', 'float32', [1, 3, side, side]],
      ['w', 'float32', [1]],
      ['v', 'float32', [1]],
    ],
    [['y', [1, 3, side, side]]],
    [['Identity', ['x'], 'y']],
  )
  expect(await probe(await kept('three.onnx', three))).toMatchObject({
    runs: false,
    obstacle: 'variant-unsupported',
  })
})
